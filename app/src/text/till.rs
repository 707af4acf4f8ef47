//! The words of the cashier's page.

messages! {
    fn till_title = "收銀端" | "收银端" | "Till";
}
