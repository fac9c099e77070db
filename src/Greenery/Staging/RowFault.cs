namespace Greenery.Staging;

/// <summary>Why a row is quarantined: the first thing found wrong with it.</summary>
/// <param name="Rule">What it breaks.</param>
/// <param name="Column">The column at fault; null when it is the row.</param>
/// <param name="Message">What was found and what was expected.</param>
internal sealed record RowFault(RowRule Rule, string? Column, string Message)
{
    public override string ToString() => Column is null ? Message : $"column '{Column}' {Message}";
}
