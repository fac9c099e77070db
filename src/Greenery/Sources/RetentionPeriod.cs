using System.Globalization;
using System.Text.RegularExpressions;

namespace Greenery.Sources;

/// <summary>How far back rows are kept, or needed (<c>25 months</c>).</summary>
/// <param name="Count">Positive.</param>
/// <param name="Unit">Days, months or years.</param>
public sealed partial record RetentionPeriod(int Count, PartitionUnit Unit)
{
    /// <summary>What a period looks like, for messages.</summary>
    public const string Form = "a number of days, months or years (25 months)";

    /// <summary>Reads a period; null, with a diagnostic at its place, when it is none.</summary>
    /// <param name="map">The configuration that may have it.</param>
    /// <param name="key">Its key.</param>
    public static RetentionPeriod? Read(PropertyMap map, string key)
    {
        if (map.Reference(key) is not { Name: var text, Place: var place })
        {
            return null;
        }
        if (Pattern().Match(text) is { Success: true } match)
        {
            return new RetentionPeriod(
                int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture),
                Enum.Parse<PartitionUnit>(match.Groups[2].ValueSpan, ignoreCase: true));
        }
        map.RefuseAt(place, $"'{key}: {text}' is no period; expected {Form}.");
        return null;
    }

    /// <summary>Whether it is shorter than another one, a month being 30.4 days.</summary>
    public bool IsShorterThan(RetentionPeriod other) => Unit == other.Unit ? Count < other.Count : Days < other.Days;

    private double Days => Count * Unit switch
    {
        PartitionUnit.Day => 1,
        PartitionUnit.Month => 365.25 / 12,
        _ => 365.25,
    };

    /// <summary>As in the configuration, and as an interval of PostgreSQL: <c>25 months</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Count} {Unit.ToString().ToLowerInvariant()}{(Count == 1 ? "" : "s")}");

    [GeneratedRegex("^([1-9][0-9]{0,3}) (day|month|year)s?$")]
    private static partial Regex Pattern();
}
