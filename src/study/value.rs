//! Python values outside of Python: what the guest reports, compared by the judge's rules.

use std::fmt;

use serde_json::Value as Json;

use super::card::CodeTest;

/// A Python value. Two are equal if they are of one kind and hold the same: dicts and sets in whatever order.
#[derive(Clone, Debug)]
pub enum Value {
    /// `None`.
    None,
    /// `True` or `False`.
    Bool(bool),
    /// In decimal digits: Python's whole numbers have no limit.
    Int(String),
    /// A float, perhaps not a number or infinite.
    Float(f64),
    /// A text.
    Str(String),
    /// A list.
    List(Vec<Value>),
    /// A tuple.
    Tuple(Vec<Value>),
    /// A dict, in its order.
    Dict(Vec<(Value, Value)>),
    /// A set, in any order.
    Set(Vec<Value>),
    /// A value of any other class, as `repr` shows it. Equal to nothing that a test expects.
    Other(String),
}

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::None, Self::None) => true,
            (Self::Bool(one), Self::Bool(two)) => one == two,
            (Self::Float(one), Self::Float(two)) => one == two,
            (Self::Int(one), Self::Int(two))
            | (Self::Str(one), Self::Str(two))
            | (Self::Other(one), Self::Other(two)) => one == two,
            (Self::List(one), Self::List(two)) | (Self::Tuple(one), Self::Tuple(two)) => one == two,
            (Self::Dict(one), Self::Dict(two)) => {
                one.len() == two.len() && one.iter().all(|pair| two.contains(pair))
            }
            (Self::Set(one), Self::Set(two)) => {
                one.len() == two.len() && one.iter().all(|item| two.contains(item))
            }
            _ => false,
        }
    }
}

impl Value {
    /// A value of a test: plain JSON.
    #[must_use]
    pub fn of_test(json: &Json) -> Self {
        match json {
            Json::Null => Self::None,
            Json::Bool(value) => Self::Bool(*value),
            Json::Number(number) if number.is_f64() => Self::Float(number.as_f64().unwrap_or(f64::NAN)),
            Json::Number(number) => Self::Int(number.to_string()),
            Json::String(text) => Self::Str(text.clone()),
            Json::Array(items) => Self::List(items.iter().map(Self::of_test).collect()),
            Json::Object(items) => Self::Dict(
                items.iter().map(|(key, item)| (Self::Str(key.clone()), Self::of_test(item))).collect(),
            ),
        }
    }

    /// A value that the guest reported in its tagged form; `None` if it is not well formed.
    #[must_use]
    pub fn of_guest(json: &Json) -> Option<Self> {
        let all = |items: &Json| items.as_array()?.iter().map(Self::of_guest).collect::<Option<Vec<_>>>();
        Some(match json {
            Json::Null => Self::None,
            Json::Bool(value) => Self::Bool(*value),
            Json::String(text) => Self::Str(text.clone()),
            Json::Object(tagged) if tagged.len() == 1 => {
                let (tag, content) = tagged.iter().next()?;
                match tag.as_str() {
                    "i" => Self::Int(content.as_str()?.to_owned()),
                    "f" => Self::Float(float(content.as_str()?)?),
                    "l" => Self::List(all(content)?),
                    "t" => Self::Tuple(all(content)?),
                    "s" => Self::Set(all(content)?),
                    "o" => Self::Other(content.as_str()?.to_owned()),
                    "d" => Self::Dict(
                        content
                            .as_array()?
                            .iter()
                            .map(|pair| Some((Self::of_guest(pair.get(0)?)?, Self::of_guest(pair.get(1)?)?)))
                            .collect::<Option<_>>()?,
                    ),
                    _ => return None,
                }
            }
            _ => return None,
        })
    }

    /// Whether this is what a test wants: floats within the absolute tolerance, whole numbers exactly, a bool is no
    /// number, tuples equal lists.
    #[must_use]
    pub fn is(&self, want: &Self, tol: f64) -> bool {
        match (self, want) {
            (Self::Int(got), Self::Int(want)) => got == want,
            (Self::Int(_) | Self::Float(_), Self::Int(_) | Self::Float(_)) => {
                let (got, want) = (self.number(), want.number());
                got.is_finite() && (got - want).abs() <= tol
            }
            (Self::List(got) | Self::Tuple(got), Self::List(want) | Self::Tuple(want)) => {
                got.len() == want.len() && got.iter().zip(want).all(|(got, want)| got.is(want, tol))
            }
            (Self::Dict(got), Self::Dict(want)) => {
                got.len() == want.len()
                    && want.iter().all(|(key, want)| {
                        got.iter().any(|(got_key, got)| got_key == key && got.is(want, tol))
                    })
            }
            (Self::None, Self::None) => true,
            (Self::Bool(got), Self::Bool(want)) => got == want,
            (Self::Str(got), Self::Str(want)) => got == want,
            _ => false,
        }
    }

    /// Whether two programs gave the same, for telling a known mistake: as [`Value::is`], and alike where no test
    /// could be satisfied (not a number, sets, other classes).
    #[must_use]
    pub fn like(&self, other: &Self, tol: f64) -> bool {
        match (self, other) {
            (Self::Float(one), Self::Float(two)) if !one.is_finite() || !two.is_finite() => {
                one == two || (one.is_nan() && two.is_nan())
            }
            (Self::Float(one), Self::Float(two)) => {
                (one - two).abs() <= tol.max(1e-9 * one.abs().max(two.abs()))
            }
            (Self::List(one) | Self::Tuple(one), Self::List(two) | Self::Tuple(two)) => {
                one.len() == two.len() && one.iter().zip(two).all(|(one, two)| one.like(two, tol))
            }
            (Self::Dict(one), Self::Dict(two)) => {
                one.len() == two.len()
                    && one.iter().all(|(key, one)| two.iter().any(|(k, two)| k == key && one.like(two, tol)))
            }
            (Self::Set(one), Self::Set(two)) => {
                one.len() == two.len() && one.iter().all(|item| two.contains(item))
            }
            (Self::Other(one), Self::Other(two)) => without_address(one) == without_address(two),
            _ => self.is(other, tol),
        }
    }

    /// This value with tuples where `other` has them: a test's values are lists throughout, and count as equal.
    #[must_use]
    pub fn with_tuples_of(self, other: &Self) -> Self {
        let items = |own: Vec<Self>, others: &[Self]| -> Vec<Self> {
            // What lies beyond the other's end looks as its last item.
            let others = others.iter().map(Some).chain(std::iter::repeat(others.last()));
            own.into_iter()
                .zip(others)
                .map(|(item, other)| {
                    other.map_or_else(|| item.clone(), |other| item.clone().with_tuples_of(other))
                })
                .collect()
        };
        match (self, other) {
            (Self::List(own), Self::Tuple(others)) => Self::Tuple(items(own, others)),
            (Self::List(own), Self::List(others)) => Self::List(items(own, others)),
            (Self::Dict(own), Self::Dict(others)) => Self::Dict(
                own.into_iter()
                    .map(|(key, item)| match others.iter().find(|(other, _)| *other == key) {
                        Some((_, other)) => (key, item.with_tuples_of(other)),
                        None => (key, item),
                    })
                    .collect(),
            ),
            (own, _) => own,
        }
    }

    fn number(&self) -> f64 {
        match self {
            Self::Int(digits) => digits.parse().unwrap_or(f64::NAN),
            Self::Float(value) => *value,
            _ => f64::NAN,
        }
    }
}

/// Positional and keyword arguments as the guest reports them.
#[must_use]
pub fn arguments(test: &CodeTest) -> Value {
    let args = Value::of_test(&Json::Array(test.args.clone().unwrap_or_default()));
    let kwargs = Value::of_test(&Json::Object(test.kwargs.clone().unwrap_or_default()));
    Value::List(vec![args, kwargs])
}

/// `1, [2, 3], base=10`.
#[must_use]
pub fn argument_text(arguments: &Value) -> String {
    let Value::List(both) = arguments else { return arguments.to_string() };
    let mut parts = Vec::new();
    for part in both {
        match part {
            Value::List(args) => parts.extend(args.iter().map(ToString::to_string)),
            Value::Dict(kwargs) => parts.extend(kwargs.iter().map(|(name, value)| match name {
                Value::Str(name) => format!("{name}={value}"),
                other => format!("{other}={value}"),
            })),
            other => parts.push(other.to_string()),
        }
    }
    parts.join(", ")
}

/// `softmax([1, 2], temperature=2)`: a test's call as one would write it.
#[must_use]
pub fn call(entry: &str, test: &CodeTest) -> String {
    format!("{entry}({})", argument_text(&arguments(test)))
}

/// `<Node object at 0x7f…>` without the address, which is chance.
fn without_address(text: &str) -> &str {
    text.split(" at 0x").next().unwrap_or(text)
}

fn float(text: &str) -> Option<f64> {
    match text {
        "nan" => Some(f64::NAN),
        "inf" => Some(f64::INFINITY),
        "-inf" => Some(f64::NEG_INFINITY),
        _ => text.parse().ok(),
    }
}

/// As Python's `repr` writes it.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |f: &mut fmt::Formatter<'_>, items: &[Self]| {
            for (index, item) in items.iter().enumerate() {
                write!(f, "{}{item}", if index > 0 { ", " } else { "" })?;
            }
            Ok(())
        };
        match self {
            Self::None => f.write_str("None"),
            Self::Bool(value) => f.write_str(if *value { "True" } else { "False" }),
            Self::Int(digits) => f.write_str(digits),
            Self::Float(value) => f.write_str(&float_text(*value)),
            Self::Str(text) => f.write_str(&string_text(text)),
            Self::List(items) => {
                f.write_str("[")?;
                list(f, items)?;
                f.write_str("]")
            }
            Self::Tuple(items) => {
                f.write_str("(")?;
                list(f, items)?;
                f.write_str(if items.len() == 1 { ",)" } else { ")" })
            }
            Self::Set(items) if items.is_empty() => f.write_str("set()"),
            Self::Set(items) => {
                f.write_str("{")?;
                list(f, items)?;
                f.write_str("}")
            }
            Self::Dict(items) => {
                f.write_str("{")?;
                for (index, (key, item)) in items.iter().enumerate() {
                    write!(f, "{}{key}: {item}", if index > 0 { ", " } else { "" })?;
                }
                f.write_str("}")
            }
            Self::Other(text) => f.write_str(text),
        }
    }
}

/// The shortest digits that give the number back, with an exponent below 1e-4 and from 1e16 on.
fn float_text(value: f64) -> String {
    if value.is_nan() {
        return "nan".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "inf" } else { "-inf" }.to_owned();
    }
    let size = value.abs();
    if size != 0.0 && !(1e-4..1e16).contains(&size) {
        let text = format!("{value:e}");
        let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let (sign, exponent) = exponent.strip_prefix('-').map_or(('+', exponent), |rest| ('-', rest));
        return format!("{digits}e{sign}{exponent:0>2}");
    }
    let text = value.to_string();
    if text.contains('.') { text } else { text + ".0" }
}

fn string_text(text: &str) -> String {
    let mark = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    let mut out = String::from(mark);
    for character in text.chars() {
        match character {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            _ if character == mark => {
                out.push('\\');
                out.push(mark);
            }
            _ if character.is_control() => out.push_str(&format!("\\x{:02x}", u32::from(character))),
            _ => out.push(character),
        }
    }
    out.push(mark);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guest(text: &str) -> Value {
        Value::of_guest(&serde_json::from_str(text).unwrap()).unwrap()
    }

    fn test(text: &str) -> Value {
        Value::of_test(&serde_json::from_str(text).unwrap())
    }

    #[test]
    fn values_are_compared_by_the_rules_of_the_decks() {
        for (got, want, tol, same) in [
            (r#"{"i":"3"}"#, "3", 0.0, true),
            (r#"{"f":"3.0"}"#, "3", 1e-9, true),
            (r#"{"i":"3"}"#, "3.0", 1e-9, true),
            (r#"{"i":"3"}"#, "4", 5.0, false),
            (r#"{"f":"0.30000000000000004"}"#, "0.3", 1e-9, true),
            (r#"{"f":"0.31"}"#, "0.3", 1e-9, false),
            (r#"{"f":"0.31"}"#, "0.3", 0.1, true),
            (r#"{"f":"nan"}"#, "0.3", 1e9, false),
            (r#"{"f":"inf"}"#, "0.3", 1e9, false),
            ("true", "1", 1e-9, false),
            (r#"{"i":"1"}"#, "true", 1e-9, false),
            ("null", "null", 1e-9, true),
            ("null", "0", 1e-9, false),
            ("\"a\"", "\"a\"", 1e-9, true),
            (r#"{"t":[{"i":"1"},{"f":"2.0"}]}"#, "[1, 2.0]", 1e-9, true),
            (r#"{"l":[{"i":"1"}]}"#, "[1, 2]", 1e-9, false),
            (r#"{"s":[{"i":"1"}]}"#, "[1]", 1e-9, false),
            (r#"{"o":"3"}"#, "3", 1e-9, false),
            (r#"{"d":[["b",{"i":"2"}],["a",{"f":"1.0"}]]}"#, r#"{"a": 1.0, "b": 2}"#, 1e-9, true),
            (r#"{"d":[["a",{"f":"1.0"}]]}"#, r#"{"a": 1.0, "b": 2}"#, 1e-9, false),
            (r#"{"d":[[{"i":"1"},{"i":"2"}]]}"#, r#"{"1": 2}"#, 1e-9, false),
        ] {
            assert_eq!(guest(got).is(&test(want), tol), same, "{got} for {want} within {tol}");
        }
    }

    #[test]
    fn the_order_of_a_dict_is_no_part_of_it() {
        assert_eq!(test(r#"{"a": 1, "b": [2]}"#), test(r#"{"b": [2], "a": 1}"#));
        assert_ne!(test(r#"{"a": 1, "b": [2]}"#), test(r#"{"b": [2], "a": 2}"#));
        assert_ne!(test("[1, 2]"), test("[2, 1]"));
    }

    #[test]
    fn what_is_not_well_formed_is_no_value() {
        for text in ["1", "1.5", "[1]", "{}", r#"{"x":1}"#, r#"{"i":1}"#, r#"{"l":[1]}"#, r#"{"d":[[null]]}"#]
        {
            assert_eq!(Value::of_guest(&serde_json::from_str(text).unwrap()), None, "{text}");
        }
    }

    #[test]
    fn values_are_shown_as_python_writes_them() {
        for (json, shown) in [
            ("1.0", "1.0"),
            ("0.1", "0.1"),
            ("1e-05", "1e-05"),
            ("1.5e300", "1.5e+300"),
            ("1e16", "1e+16"),
            ("-0.5", "-0.5"),
            ("0.0001", "0.0001"),
            ("[1, [true, null]]", "[1, [True, None]]"),
            (r#"{"a": "it's"}"#, r#"{'a': "it's"}"#),
            (r#""a\nb""#, r"'a\nb'"),
        ] {
            assert_eq!(test(json).to_string(), shown);
        }
        assert_eq!(guest(r#"{"t":[{"i":"1"}]}"#).to_string(), "(1,)");
        assert_eq!(guest(r#"{"s":[]}"#).to_string(), "set()");
        assert_eq!(guest(r#"{"f":"-inf"}"#).to_string(), "-inf");
    }

    #[test]
    fn equal_mistakes_are_alike_where_no_test_could_pass() {
        assert!(guest(r#"{"f":"nan"}"#).like(&guest(r#"{"f":"nan"}"#), 1e-9));
        assert!(guest(r#"{"o":"<A object at 0x1>"}"#).like(&guest(r#"{"o":"<A object at 0x2>"}"#), 1e-9));
        assert!(guest(r#"{"s":[{"i":"1"}]}"#).like(&guest(r#"{"s":[{"i":"1"}]}"#), 1e-9));
        assert!(!guest(r#"{"f":"1.0"}"#).like(&guest(r#"{"f":"1.1"}"#), 1e-9));
    }
}
