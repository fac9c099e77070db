namespace Greenery.Checks;

/// <summary><c>rows_per_drop</c>: the rows of a day's files, as the ledger of loads has them.</summary>
/// <param name="Range">How far they may be from what is usual.</param>
public sealed record DropRowsRule(UsualRange Range) : CheckRule
{
    internal override string Sql => "select";
}
