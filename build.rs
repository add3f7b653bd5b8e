//! Decks and migrations are built into the program; a change in either builds it anew.

fn main() {
    println!("cargo:rerun-if-changed=decks");
    println!("cargo:rerun-if-changed=migrations");
}
