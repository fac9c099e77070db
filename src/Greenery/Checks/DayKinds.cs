using Greenery.Sources;
using Greenery.Warehouse;

namespace Greenery.Checks;

/// <summary>The kinds of check that compare a day with the days before it.</summary>
internal static class DayKinds
{
    public const string RowsPerDrop = "rows_per_drop";

    public const string MissingDrop = "missing_drop";

    private static readonly DayOfWeek[] Week = Enum.GetValues<DayOfWeek>();

    /// <summary>Rows of the day's files; with a condition, of the loaded ones among them that meet it.</summary>
    public static CheckRule Rows(PropertyMap arguments, bool isFiltered)
    {
        var range = UsualRange.Read(UsualScale.Amount, arguments);
        return isFiltered ? new StatisticRule([new Reading("", "count(*)", null, "count(*)")], range)
            : new DropRowsRule(range);
    }

    /// <summary>A drop of the table is there when drops of other tables are.</summary>
    public static MissingDropRule Missing(PropertyMap arguments)
    {
        var named = arguments.Texts("weekdays");
        var weekdays = new List<DayOfWeek>();
        foreach (var name in named)
        {
            var known = Week.Where(day => day.ToString().Equals(name, StringComparison.OrdinalIgnoreCase)).ToList();
            if (known.Count == 0)
            {
                var names = Week.Select(day => day.ToString().ToLowerInvariant()).ToArray();
                arguments.Refuse($"'weekdays: {name}' is no weekday; expected {string.Join(", ", names)}."
                    + Suggestion.Sentence(name, names));
            }
            weekdays.AddRange(known);
        }
        return new MissingDropRule(named.Count == 0 ? Week : [.. weekdays.Distinct().Order()]);
    }

    /// <summary>The share of rows without a value.</summary>
    public static StatisticRule NullShare(string column, PropertyMap arguments) => new(
        [new Reading("", "count(*)", $"{SqlText.Name(column)} is null", "count(*)")],
        UsualRange.Read(UsualScale.Share, arguments));

    /// <summary>How many different values there are for each row that has one.</summary>
    public static StatisticRule DistinctShare(string column, PropertyMap arguments) => new(
        [new Reading("", $"count(distinct {SqlText.Name(column)})", null, $"count({SqlText.Name(column)})")],
        UsualRange.Read(UsualScale.Share, arguments));

    /// <summary>The share of rows with each of some values.</summary>
    public static StatisticRule ValueShare(string column, PropertyMap arguments)
    {
        var values = arguments.Texts("values");
        if (values.Count == 0)
        {
            arguments.Refuse("value_share has no 'values'; expected a list of values whose shares are compared.");
        }
        return new StatisticRule(
            [
                .. values.Distinct().Select(value => new Reading(
                    value, "count(*)", $"{SqlText.Name(column)} = {SqlText.Literal(value)}",
                    $"count({SqlText.Name(column)})")),
            ],
            UsualRange.Read(UsualScale.Share, arguments));
    }

    /// <summary>The sum of a column.</summary>
    public static StatisticRule SumChange(string column, PropertyMap arguments) => new(
        [
            new Reading(
                "", $"coalesce(sum({SqlText.Name(column)}), 0)", null, $"count({SqlText.Name(column)})"),
        ],
        UsualRange.Read(UsualScale.Amount, arguments));
}
