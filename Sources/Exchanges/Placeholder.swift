enum ExchangesPlaceholder {}
