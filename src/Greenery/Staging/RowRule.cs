namespace Greenery.Staging;

/// <summary>What a quarantined row breaks. The ledger has the names in snake case.</summary>
internal enum RowRule
{
    None,

    /// <summary>A value is not of the column's type.</summary>
    Type,

    /// <summary>A value has the type's form but lies outside its range, or would lose digits.</summary>
    Range,

    /// <summary>A column that must have a value has none.</summary>
    Required,

    /// <summary>The row has too few or too many fields.</summary>
    FieldCount,

    /// <summary>Bytes that are not UTF-8, or half of a surrogate pair.</summary>
    Encoding,

    /// <summary>Text with the character 0, which PostgreSQL cannot hold.</summary>
    Nul,

    /// <summary>A quote that is not closed, or text after a closing quote.</summary>
    Quote,

    /// <summary>Not a JSON object, or not JSON.</summary>
    Json,
}

internal static class RowRuleNames
{
    /// <summary>The name in <c>ops.quarantine.rule</c>.</summary>
    public static string LedgerName(this RowRule rule) =>
        rule == RowRule.FieldCount ? "field_count" : rule.ToString().ToLowerInvariant();
}
