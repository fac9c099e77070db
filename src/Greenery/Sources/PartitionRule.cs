using System.Globalization;

namespace Greenery.Sources;

/// <summary>How a table is divided (<c>config: partition_by: created_at month</c>).</summary>
/// <param name="Column">A date or timestamp of the row.</param>
/// <param name="Unit">How long the time of one partition is; days, months and years of UTC.</param>
public sealed record PartitionRule(string Column, PartitionUnit Unit)
{
    /// <summary>What a rule looks like, for messages.</summary>
    public const string Form = "a column and day, month or year (created_at month)";

    private static readonly string[] Units =
        [.. Enum.GetNames<PartitionUnit>().Select(name => name.ToLowerInvariant())];

    /// <summary>The unit as PostgreSQL's <c>date_trunc</c> calls it.</summary>
    public string UnitName => Units[(int)Unit];

    /// <summary>Reads a rule; null, with a diagnostic, when it is none.</summary>
    /// <param name="map">The configuration that may have it.</param>
    public static PartitionRule? Read(PropertyMap map)
    {
        if (map.Reference("partition_by") is not { Name: var text, Place: var place })
        {
            return null;
        }
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words is [var column, var unit] && Array.IndexOf(Units, unit) is >= 0 and var at)
        {
            return new PartitionRule(column, (PartitionUnit)at);
        }
        map.RefuseAt(place, $"'partition_by: {text}' divides no table; expected {Form}."
            + (words.Length == 2 ? Suggestion.Sentence(words[1], Units) : ""));
        return null;
    }

    /// <summary>The first day after the time that begins with a day.</summary>
    public DateOnly Next(DateOnly start) => Unit switch
    {
        PartitionUnit.Day => start.AddDays(1),
        PartitionUnit.Month => start.AddMonths(1),
        _ => start.AddYears(1),
    };

    /// <summary>The time that begins with a day, for people and in names: <c>2026-11</c>.</summary>
    public string Describe(DateOnly start) => start.ToString(Format, CultureInfo.InvariantCulture);

    /// <summary>The day that a time begins with; null when the text is none of this rule's times.</summary>
    public DateOnly? Parse(string text) =>
        DateOnly.TryParseExact(text, Format, CultureInfo.InvariantCulture, DateTimeStyles.None, out var start)
            ? start : null;

    private string Format => Unit switch
    {
        PartitionUnit.Day => "yyyy-MM-dd",
        PartitionUnit.Month => "yyyy-MM",
        _ => "yyyy",
    };

    public override string ToString() => $"{Column} {UnitName}";
}
