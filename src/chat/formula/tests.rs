use proptest::prelude::*;

use super::*;

/// Named formulas as ML cards use them, with the line a person would type.
const CASES: &[(&str, &str, &str)] = &[
    ("bayes", r"P(A\mid B) = \frac{P(B\mid A)\,P(A)}{P(B)}", "P(A | B) = P(B | A) P(A) / P(B)"),
    ("total probability", r"P(B) = \sum_i P(B \mid A_i) P(A_i)", "P(B) = Σᵢ P(B | Aᵢ) P(Aᵢ)"),
    (
        "softmax",
        r"\mathrm{softmax}(z)_i = \frac{e^{z_i}}{\sum_{j=1}^{K} e^{z_j}}",
        "softmax(z)ᵢ = e^(zᵢ)/(Σⱼ₌₁ᴷ e^(zⱼ))",
    ),
    ("cross-entropy", r"H(p, q) = -\sum_x p(x) \log q(x)", "H(p, q) = −Σₓ p(x) log q(x)"),
    (
        "binary cross-entropy",
        r"\mathcal{L} = -\frac{1}{N}\sum_{i=1}^{N} \left[ y_i \log \hat{y}_i + (1-y_i)\log(1-\hat{y}_i) \right]",
        "ℒ = −(1/N) Σᵢ₌₁ᴺ [yᵢ log ŷᵢ + (1 − yᵢ) log(1 − ŷᵢ)]",
    ),
    (
        "gradient descent",
        r"\theta_{t+1} = \theta_t - \eta \nabla_\theta J(\theta_t)",
        "θₜ₊₁ = θₜ − η∇_θ J(θₜ)",
    ),
    (
        "attention",
        r"\operatorname{Attention}(Q,K,V) = \operatorname{softmax}\left(\frac{QK^\top}{\sqrt{d_k}}\right)V",
        "Attention(Q, K, V) = softmax(QKᵀ/√dₖ) V",
    ),
    (
        "value iteration",
        r"V(s) = \max_{a} \sum_{s'} P(s' \mid s, a)\left[R(s,a,s') + \gamma V(s')\right]",
        "V(s) = maxₐ Σₛ′ P(s′ | s, a) [R(s, a, s′) + γV(s′)]",
    ),
    (
        "q-learning",
        r"Q(s,a) \leftarrow Q(s,a) + \alpha\left[r + \gamma \max_{a'} Q(s',a') - Q(s,a)\right]",
        "Q(s, a) ← Q(s, a) + α[r + γ maxₐ′ Q(s′, a′) − Q(s, a)]",
    ),
    ("covariance", r"\Sigma = \frac{1}{n-1} X^\top X", "Σ = (1/(n − 1)) XᵀX"),
    ("eigenvector", r"\Sigma v = \lambda v", "Σv = λv"),
    (
        "batch norm",
        r"\hat{x}_i = \frac{x_i - \mu_B}{\sqrt{\sigma_B^2 + \epsilon}}",
        "x̂ᵢ = (xᵢ − μ_B)/√(σ²_B + ε)",
    ),
    ("adam moment", r"m_t = \beta_1 m_{t-1} + (1-\beta_1) g_t", "mₜ = β₁mₜ₋₁ + (1 − β₁) gₜ"),
    (
        "adam step",
        r"\theta_t = \theta_{t-1} - \alpha \frac{\hat{m}_t}{\sqrt{\hat{v}_t} + \epsilon}",
        "θₜ = θₜ₋₁ − α (m̂ₜ/(√v̂ₜ + ε))",
    ),
    (
        "normal density",
        r"f(x) = \frac{1}{\sqrt{2\pi\sigma^2}} \exp\left(-\frac{(x-\mu)^2}{2\sigma^2}\right)",
        "f(x) = (1/√(2πσ²)) exp(−(x − μ)²/(2σ²))",
    ),
    ("sigmoid", r"\sigma(x) = \frac{1}{1+e^{-x}}", "σ(x) = 1/(1 + e⁻ˣ)"),
    ("expectation", r"\mathbb{E}[X] = \sum_x x\,p(x)", "𝔼[X] = Σₓ x p(x)"),
    ("variance", r"\mathrm{Var}(X) = \mathbb{E}[X^2] - \mathbb{E}[X]^2", "Var(X) = 𝔼[X²] − 𝔼[X]²"),
    (
        "KL divergence",
        r"D_{KL}(P \| Q) = \sum_x P(x) \log \frac{P(x)}{Q(x)}",
        "D_KL(P ‖ Q) = Σₓ P(x) log(P(x)/Q(x))",
    ),
    ("normal equation", r"\hat\beta = (X^\top X)^{-1} X^\top y", "β̂ = (XᵀX)⁻¹ Xᵀy"),
    ("squared norm", r"\|w\|_2^2 = \sum_j w_j^2", "‖w‖₂² = Σⱼ wⱼ²"),
    (
        "chain rule",
        r"\frac{\partial L}{\partial w} = \frac{\partial L}{\partial a}\frac{\partial a}{\partial w}",
        "∂L/∂w = (∂L/∂a) (∂a/∂w)",
    ),
    (
        "F1",
        r"F_1 = 2 \cdot \frac{\text{precision} \cdot \text{recall}}{\text{precision} + \text{recall}}",
        "F₁ = 2 · (precision · recall)/(precision + recall)",
    ),
    ("precision", r"\text{precision} = \frac{TP}{TP + FP}", "precision = TP/(TP + FP)"),
    (
        "R squared",
        r"R^2 = 1 - \frac{\sum_i (y_i - \hat{y}_i)^2}{\sum_i (y_i - \bar{y})^2}",
        "R² = 1 − (Σᵢ (yᵢ − ŷᵢ)²)/(Σᵢ (yᵢ − ȳ)²)",
    ),
    ("relu", r"\text{ReLU}(x) = \max(0, x)", "ReLU(x) = max(0, x)"),
    (
        "relu cases",
        r"f(x) = \begin{cases} x & \text{if } x > 0 \\ 0 & \text{otherwise} \end{cases}",
        "f(x) = x if x > 0; 0 otherwise",
    ),
    (
        "leaky relu",
        r"f(x) = \begin{cases} x, & x > 0 \\ \alpha x, & x \le 0 \end{cases}",
        "f(x) = x if x > 0; αx if x ≤ 0",
    ),
    ("matrix", r"\begin{bmatrix} a & b \\ c & d \end{bmatrix}", "[a b; c d]"),
    ("binomial", r"\binom{n}{k} = \frac{n!}{k!(n-k)!}", "(n choose k) = n!/(k!(n − k)!)"),
    ("limit", r"\lim_{x \to 0} \frac{\sin x}{x} = 1", "lim_(x→0) ((sin x)/x) = 1"),
    ("gaussian integral", r"\int_{-\infty}^{\infty} e^{-x^2}\,dx = \sqrt{\pi}", "∫_(−∞)^∞ e^(−x²) dx = √π"),
    ("integral", r"\int_0^\infty f(x) dx", "∫₀^∞ f(x) dx"),
    ("maximum likelihood", r"\arg\max_\theta \log p(x \mid \theta)", "arg max_θ log p(x | θ)"),
    ("argmax operator", r"\hat\theta = \operatorname*{arg\,max}_{\theta} L(\theta)", "θ̂ = arg max_θ L(θ)"),
    ("sample in R^d", r"x^{(i)} \in \mathbb{R}^d", "x⁽ⁱ⁾ ∈ ℝᵈ"),
    ("linear score", r"w^T x + b", "wᵀx + b"),
    ("left norm", r"\left\| \nabla f \right\| \le L", "‖∇f‖ ≤ L"),
    ("absolute value", r"|x| \le 1", "|x| ≤ 1"),
    ("chebyshev", r"P(|X - \mu| \ge k\sigma) \le \frac{1}{k^2}", "P(|X − μ| ≥ kσ) ≤ 1/k²"),
    ("roots", r"\sqrt[3]{x} + \sqrt[n+1]{y}", "∛x + ⁿ⁺¹√y"),
    ("complexity", r"O(n \log n)", "O(n log n)"),
    ("set", r"\{x \in \mathbb{R} \mid x > 0\}", "{x ∈ ℝ | x > 0}"),
    ("parameter count", r"784 \cdot 128 + 128 = 100480", "784 · 128 + 128 = 100480"),
    ("logarithms", r"-\ln(1/10) = \ln 10 \approx 2.303", "−ln(1/10) = ln 10 ≈ 2.303"),
    ("adam correction", r"1-\beta_1^t", "1 − β₁ᵗ"),
    ("temperature softmax", r"e^{z_i/T} / \sum_j e^{z_j/T}", "e^(zᵢ/T)/Σⱼ e^(zⱼ/T)"),
    ("gini", r"G = 1 - \sum_{k} p_k^2", "G = 1 − Σₖ pₖ²"),
    ("recurrent step", r"h_t = \tanh(W_h h_{t-1} + W_x x_t + b)", "hₜ = tanh(Wₕhₜ₋₁ + Wₓxₜ + b)"),
    (
        "positional encoding",
        r"PE_{(pos, 2i)} = \sin\left(\frac{pos}{10000^{2i/d}}\right)",
        "PE_(pos,2i) = sin(pos/10000^(2i/d))",
    ),
    ("cosine similarity", r"\cos\theta = \frac{a \cdot b}{\|a\| \|b\|}", "cos θ = (a · b)/(‖a‖ ‖b‖)"),
    ("output size", r"\lfloor \frac{n + 2p - k}{s} \rfloor + 1", "⌊(n + 2p − k)/s⌋ + 1"),
    ("normal variable", r"x \sim \mathcal{N}(\mu, \sigma^2)", "x ~ 𝒩(μ, σ²)"),
    ("expectation over p", r"\mathbb{E}_{x \sim p}[f(x)]", "𝔼_(x~p)[f(x)]"),
    ("index pairs", r"x_{ij}, x_{i,j}, x_{i+1}", "xᵢⱼ, xᵢ,ⱼ, xᵢ₊₁"),
    ("word scripts", r"\theta_{\text{old}} x_{\max} L_{\text{train}}", "θ_old x_max L_train"),
    ("n-gram", r"n\text{-gram}", "n-gram"),
    ("power of ten", r"10^{-3}", "10⁻³"),
    ("degrees and percent", r"90^\circ, 50\%", "90°, 50%"),
    ("map", r"f: X \to Y", "f: X → Y"),
    ("definition", r"A := B", "A := B"),
    ("derivative", r"\frac{d}{dx} x^n = n x^{n-1}", "(d/dx) xⁿ = nxⁿ⁻¹"),
    ("mixed partial", r"\frac{\partial^2 f}{\partial x \partial y}", "∂²f/(∂x∂y)"),
    ("fraction times x", r"\frac{a}{b} x", "(a/b) x"),
    ("nested fraction", r"\frac{\frac{a}{b}}{c}", "(a/b)/c"),
    ("divergence", r"\nabla \cdot F", "∇ · F"),
    (
        "accents",
        r"\vec{v} = \tilde{x} + \bar{X} + \overline{AB} + \hat{\mathbf{y}} + \widehat{xyz}",
        "v⃗ = x̃ + X̄ + A̅B̅ + 𝐲̂ + hat(xyz)",
    ),
    ("evaluated derivative", r"\left.\frac{df}{dx}\right|_{x=0}", "df/dx|ₓ₌₀"),
    ("negation", r"x \not= y \not\in Z", "x ≠ y ∉ Z"),
    ("underbrace", r"\underbrace{a + b}_{\text{sum}} = c", "a + b [sum] = c"),
    ("aligned", r"\begin{aligned} a &= b + c \\ &= d \end{aligned}", "a = b + c = d"),
    ("product", r"\prod_{i=1}^n p_i", "Πᵢ₌₁ⁿ pᵢ"),
    ("sum over set", r"\sum_{i \in S} x_i", "Σ_(i∈S) xᵢ"),
    ("affine layer", r"\mathbf{W}\mathbf{x} + \mathbf{b}", "𝐖𝐱 + 𝐛"),
    ("entropy", r"H = -\sum_{i} p_i \log_2 p_i", "H = −Σᵢ pᵢ log₂ pᵢ"),
    ("indicator", r"\mathbf{1}[y = k]", "𝟏[y = k]"),
    ("list", r"x_1, \ldots, x_n", "x₁, …, xₙ"),
    ("series", r"x_1 + \cdots + x_n", "x₁ + … + xₙ"),
    ("labelled arrow", r"a \xrightarrow{f} b", "a →ᶠ b"),
    ("rbf kernel", r"k(x, y) = \exp(-\gamma \|x - y\|^2)", "k(x, y) = exp(−γ‖x − y‖²)"),
    ("svm objective", r"\frac{1}{2}\|w\|^2 + C\sum_i \xi_i", "(1/2) ‖w‖² + C Σᵢ ξᵢ"),
    ("formula in text", r"\text{if $x > 0$ and a\_b}", "if x > 0 and a_b"),
    ("fraction squared", r"\left(\frac{a}{b}\right)^2", "(a/b)²"),
    ("intervals", r"(0,1) [0,1) 1,000", "(0, 1) [0, 1) 1,000"),
    ("iid", r"\overset{\text{iid}}{\sim}", "~^iid"),
    ("column vector", r"\begin{pmatrix} x_1 \\ x_2 \end{pmatrix}", "(x₁; x₂)"),
    ("determinant", r"\begin{vmatrix} a+b & 1 \\ 0 & d \end{vmatrix}", "|a + b, 1; 0, d|"),
    ("least squares", r"\hat{y_i} = x_i^\top w", "ŷᵢ = xᵢᵀw"),
    ("inverses and primes", r"A^{-1}, A^T, A^{*}, f'(x), f''", "A⁻¹, Aᵀ, A*, f′(x), f′′"),
    ("times", r"p \times q", "p × q"),
    ("bits", r"\{0,1\}^n", "{0, 1}ⁿ"),
    ("bare sum", r"\sum_{i=1}^{n}", "Σᵢ₌₁ⁿ"),
    ("logit", r"\log\frac{p}{1-p}", "log(p/(1 − p))"),
    ("independence", r"\Pr(A \cap B) = \Pr(A)\Pr(B)", "Pr(A ∩ B) = Pr(A) Pr(B)"),
    ("modulo", r"a \bmod b", "a mod b"),
    ("mean", r"\frac{1}{n}\sum_i x_i", "(1/n) Σᵢ xᵢ"),
    ("frac without braces", r"\frac12 x", "(1/2) x"),
    ("standard error", r"\sigma_{\bar{x}} = \sigma/\sqrt{n}", "σ_x̄ = σ/√n"),
    ("logic", r"\neg A \lor B \land C \implies D", "¬A ∨ B ∧ C ⇒ D"),
    ("double script", r"x^{2y}_b", "x²ʸ_b"),
    ("substack", r"\sum_{\substack{i < n \\ j < m}} a_{ij}", "Σ_(i<n, j<m) aᵢⱼ"),
    (
        "gan",
        r"\min_G \max_D \mathbb{E}_{x \sim p_{\text{data}}}[\log D(x)] + \mathbb{E}_{z}[\log(1 - D(G(z)))]",
        "min_G max_D 𝔼_(x~p_data)[log D(x)] + 𝔼_z[log(1 − D(G(z)))]",
    ),
    (
        "ppo ratio",
        r"r_t(\theta) = \frac{\pi_\theta(a_t \mid s_t)}{\pi_{\theta_{\text{old}}}(a_t \mid s_t)}",
        "rₜ(θ) = π_θ(aₜ | sₜ)/π_(θ_old)(aₜ | sₜ)",
    ),
    ("iou", r"\text{IoU} = \frac{|A \cap B|}{|A \cup B|}", "IoU = |A ∩ B|/|A ∪ B|"),
    ("z-score", r"z = \frac{\bar{x} - \mu_0}{s/\sqrt{n}}", "z = (x̄ − μ₀)/(s/√n)"),
    ("weight shape", r"W \in \mathbb{R}^{m \times n}", "W ∈ ℝ^(m×n)"),
    ("svd", r"A = U \Sigma V^\top", "A = UΣVᵀ"),
    ("variant greek", r"\epsilon \phi \mu \varphi", "εφμφ"),
    ("upright", r"\mathrm{d}x\, \mathrm{TP}/\mathrm{FP}", "dx TP/FP"),
    ("diffusion schedule", r"\alpha_t = \prod_{s=1}^t (1-\beta_s)", "αₜ = Πₛ₌₁ᵗ (1 − βₛ)"),
    (
        "diffusion step",
        r"q(x_t \mid x_{t-1}) = \mathcal{N}(x_t; \sqrt{1-\beta_t}\,x_{t-1}, \beta_t I)",
        "q(xₜ | xₜ₋₁) = 𝒩(xₜ; √(1 − βₜ) xₜ₋₁, βₜI)",
    ),
    ("braced set", r"\left\{ a, b \right\}", "{a, b}"),
    ("root forms", r"\sqrt{x^2 + y^2} \sqrt{2}\sigma \sqrt{x^2}", "√(x² + y²) √2 σ√(x²)"),
];

#[test]
fn formulas_read_as_a_person_would_type_them() {
    for (name, latex, expected) in CASES {
        match unicode(latex) {
            Ok(line) => assert_eq!(line, *expected, "{name}: {latex}"),
            Err(error) => panic!("{name}: {latex}: {error}"),
        }
    }
}

#[test]
fn every_case_passes_the_check_for_cards() {
    for (name, latex, _) in CASES {
        assert_eq!(check(latex), Ok(()), "{name}: {latex}");
    }
}

#[test]
fn bad_formulas_are_named() {
    let cases: &[(&str, &str)] = &[
        ("", "empty"),
        ("   ", "empty"),
        (r"\frac{a}", "does not parse"),
        (r"x_", "does not parse"),
        (r"{a", "does not parse"),
        (r"a}", "does not parse"),
        (r"\left( a", "does not parse"),
        (r"\nosuchthing", "does not parse"),
        (r"a \", "ends in a backslash"),
        (r"50% of x", "bare %"),
        (r"\def\x{1}\x", "definitions"),
        (r"\text abc", "braces"),
        (r"x_1_2", "does not parse"),
        (r"a & b", "does not parse"),
        ("a $ b", "does not parse"),
    ];
    for (latex, reason) in cases {
        let error = unicode(latex).expect_err(latex).to_string();
        assert!(error.contains(reason), "{latex}: {error}");
        let shown = readable(latex);
        assert!(!shown.contains(['\\', '{', '}', '$']), "{latex}: {shown}");
    }
}

#[test]
fn check_refuses_what_not_every_renderer_knows() {
    for latex in [
        r"\color{red} x",
        r"\bm{x}",
        r"\mbox{a}",
        r"\tag{1}",
        r"\begin{align} a \end{align}",
        r"\bigtimes_i x",
        r"\argmax_x f",
        r"\cancel{x}",
        r"\href{https://example.org}{x}",
        r"\gdef\x{1}",
    ] {
        assert!(check(latex).is_err(), "{latex}");
    }
}

#[test]
fn length_and_depth_are_bounded() {
    assert_eq!(unicode(&"x".repeat(MAX_SOURCE + 1)), Err(FormulaError::TooLong(MAX_SOURCE + 1)));
    assert_eq!(unicode(&format!("{}x{}", "{".repeat(200), "}".repeat(200))), Err(FormulaError::TooDeep));
    assert!(unicode(&r"\relax".repeat(600)).is_err());
    assert!(unicode(&r"\text{$".repeat(100)).is_err());
    let fractions = format!("{}1{}", r"\frac{1}{1+".repeat(9), "}".repeat(9));
    assert!(unicode(&fractions).is_ok());
}

#[test]
fn known_panics_of_the_parser_are_errors() {
    for latex in
        ["\\kern1em\u{a0}x", r"\char99999999999999999999999", r"\begin{alignedat}{99999} a \end{alignedat}"]
    {
        assert!(!readable(latex).contains('\\'), "{latex}");
    }
}

/// Source that is mostly well-formed, so that the deeper parts are reached.
fn latex() -> impl Strategy<Value = String> {
    let word = prop::sample::select(source::COMMANDS);
    let leaf = prop_oneof![
        "[a-zA-Z0-9+=<>,.!|/*'()-]{1,4}",
        word.prop_map(|word| format!("\\{word} ")),
        prop::sample::select(vec!["\\,", "\\|", "\\{", "\\}", "\\%", "\\_", "&", "\\\\", " ", "ä", "∑", "~"])
            .prop_map(str::to_owned),
    ];
    leaf.prop_recursive(5, 40, 4, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("{a}{b}")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("\\frac{{{a}}}{{{b}}}")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("{{{a}}}_{{{b}}}")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("{a}^{{{b}}}")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("\\sqrt[{a}]{{{b}}}")),
            (inner.clone(), inner.clone())
                .prop_map(|(a, b)| format!("\\begin{{cases}}{a}&{b}\\\\{b}\\end{{cases}}")),
            (
                inner.clone(),
                prop::sample::select(vec![
                    "hat",
                    "mathbf",
                    "text",
                    "mathrm",
                    "operatorname",
                    "overline",
                    "underbrace"
                ])
            )
                .prop_map(|(a, word)| format!("\\{word}{{{a}}}")),
            inner.prop_map(|a| format!("\\left({a}\\right)")),
        ]
    })
}

fn is_clean(line: &str) -> bool {
    !line.contains(['\\', '$']) && !line.contains("^{") && !line.contains("_{")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_text_never_panics(text in "\\PC{0,80}") {
        prop_assert!(is_clean(&readable(&text)), "{}", readable(&text));
        let _ = check(&text);
    }

    #[test]
    fn latex_like_text_leaves_no_latex(source in latex()) {
        let line = readable(&source);
        prop_assert!(is_clean(&line), "{source} -> {line}");
        if unicode(&source).is_ok() && !source.contains("\\{") && !source.contains("\\}") {
            prop_assert!(!line.contains(['{', '}']), "{source} -> {line}");
        }
    }
}
