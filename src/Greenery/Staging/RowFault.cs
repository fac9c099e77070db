namespace Greenery.Staging;

/// <summary>Why a row is quarantined: the first thing found wrong with it.</summary>
/// <param name="Rule">What it breaks.</param>
/// <param name="Column">The column at fault; null when it is the row.</param>
/// <param name="Found">What was found, masked where it may be personal.</param>
/// <param name="Expected">What the contract expects instead, and what to do where that is not plain.</param>
internal sealed record RowFault(RowRule Rule, string? Column, FoundText Found, string Expected)
{
    /// <summary>A column that must have a value has none.</summary>
    public static RowFault Missing(string column, string expected) =>
        new(RowRule.Required, column, FoundText.Words("no value"), expected);

    /// <summary>What was found and what was expected: <c>found 'x', expected integer</c>.</summary>
    public string Message => $"{(Rule == RowRule.Required ? "has" : "found")} {Found}, expected {Expected}";

    public override string ToString() => Column is null ? Message : $"column '{Column}' {Message}";
}
