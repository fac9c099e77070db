using System.Globalization;
using Greenery.Sources;

namespace Greenery.Checks;

/// <summary>
/// <c>row_count_change</c>: does the model have as many rows as one would expect after its last published runs? The
/// yardstick is their average; with fewer runs than <c>min_runs</c> it says nothing.
/// </summary>
internal static class RowCountChange
{
    public const string Kind = "row_count_change";

    private const int DefaultRuns = 7;
    private const int DefaultMinRuns = 3;

    private const string TotalRows =
        $"""
        select run_id, total_rows from ops.run_model
        inner join ops.run using (run_id)
        where model = {CheckSql.ModelPlaceholder} and state = 'published'
        """;

    // Rows that meet a condition are compared with rows that met the same one: a run counts them as it checks.
    private const string FilteredCounts =
        $"""
        select run_id, rows_counted as total_rows from ops.check_result
        inner join ops.run using (run_id)
        where check_id = {CheckSql.CheckPlaceholder} and counted_where = {CheckSql.WherePlaceholder} and state = 'published'
        """;

    public static SetCheckRule Create(PropertyMap arguments, bool isFiltered)
    {
        var decrease = Share(arguments, "max_decrease");
        var increase = Share(arguments, "max_increase");
        var runs = Count(arguments, "runs", DefaultRuns);
        var minRuns = Count(arguments, "min_runs", DefaultMinRuns);
        if (decrease is null && increase is null)
        {
            arguments.Refuse(
                "row_count_change has neither 'max_decrease' nor 'max_increase'; expected a share such as 20%.");
        }
        if (minRuns > runs)
        {
            arguments.Refuse($"row_count_change wants at least {minRuns} of the last {runs} runs; expected min_runs "
                + $"not above runs.");
        }
        string?[] outside = [Compare("<", 1 - decrease), Compare(">", 1 + increase)];
        var isOutside = string.Join(" or ", outside.OfType<string>().DefaultIfEmpty("false"));
        // An empty table was looked at too: that is what this check is for. Rows that are missing count among those
        // looked at.
        return new SetCheckRule(
            $"""
            select
                case when past.runs < {minRuns} then 0 else greatest(present.n, past.average::bigint, 1) end as looked_at,
                case when past.runs >= {minRuns} and ({isOutside}) then greatest(abs(present.n - past.average)::bigint, 1) else 0 end as failing,
                present.n as counted,
                coalesce(round(past.average), 0)::bigint as average,
                past.runs
            from (select count(*) as n from t) as present
            cross join (
                select count(*) as runs, avg(total_rows) as average from (
                    {(isFiltered ? FilteredCounts : TotalRows)}
                    order by run_id desc
                    limit {runs}
                ) as published
            ) as past
            """,
            "select t.* from t where false")
        {
            KeepsCount = isFiltered,
            Numbers = ["counted", "average", "runs"],
            Explain = numbers => Describe(numbers[0], numbers[1], numbers[2], decrease, increase),
        };
    }

    private static string Describe(long found, long average, long runs, decimal? decrease, decimal? increase)
    {
        string?[] bounds =
        [
            decrease is { } less ? Bound("at least", Math.Ceiling(average * (1 - less))) : null,
            increase is { } more ? Bound("at most", Math.Floor(average * (1 + more))) : null,
        ];
        return string.Create(CultureInfo.InvariantCulture,
            $"found {found:#,0} {(found == 1 ? "row" : "rows")}; expected ")
            + $"{string.Join(" and ", bounds.OfType<string>().DefaultIfEmpty("any number"))} "
            + string.Create(CultureInfo.InvariantCulture,
                $"(average of the last {(runs == 1 ? "run" : $"{runs} runs")}: {average:#,0})");
    }

    private static string Bound(string word, decimal rows) =>
        string.Create(CultureInfo.InvariantCulture, $"{word} {rows:#,0}");

    private static string? Compare(string comparison, decimal? factor) => factor is { } value
        ? string.Create(CultureInfo.InvariantCulture, $"present.n {comparison} past.average * {value}")
        : null;

    private static int Count(PropertyMap arguments, string key, int otherwise)
    {
        var number = arguments.Number(key) ?? otherwise;
        if (number < 1 || !decimal.IsInteger(number) || number > 1000)
        {
            arguments.Refuse($"'{key}: {number}' is no number of runs; expected a whole number from 1 to 1000.");
            return otherwise;
        }
        return (int)number;
    }

    private static decimal? Share(PropertyMap arguments, string key)
    {
        if (arguments.Text(key) is not { } text)
        {
            return null;
        }
        if (text.EndsWith('%')
            && decimal.TryParse(text[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture,
            out var percent)
            && (key != "max_decrease" || percent <= 100))
        {
            return percent / 100;
        }
        arguments.Refuse($"'{key}: {text}' is no share; expected a percentage such as 20%"
            + $"{(key == "max_decrease" ? ", at most 100%" : "")}.");
        return 0;
    }
}
