namespace Greenery.Checks;

/// <summary>Numbers of a table's rows, each compared with what it was on earlier days.</summary>
/// <param name="Readings">The numbers; all of a table's are taken in one scan.</param>
/// <param name="Range">How far they may be from what is usual.</param>
public sealed record StatisticRule(IReadOnlyList<Reading> Readings, UsualRange Range) : CheckRule
{
    internal override string Sql => $"select {string.Join(", ", Readings.Select(Describe))} from t";

    public override string ToString() => $"{Sql} {Range}";

    private static string Describe(Reading reading) => $"{reading.Value(null)}, {reading.Rows(null)}";
}
