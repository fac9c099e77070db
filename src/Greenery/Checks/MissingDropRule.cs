namespace Greenery.Checks;

/// <summary><c>missing_drop</c>: a drop comes on each of these weekdays.</summary>
/// <param name="Weekdays">In the order of a week that begins on Sunday.</param>
public sealed record MissingDropRule(IReadOnlyList<DayOfWeek> Weekdays) : CheckRule
{
    internal override string Sql => "select";

    public override string ToString() => $"missing_drop {string.Join(' ', Weekdays)}";
}
