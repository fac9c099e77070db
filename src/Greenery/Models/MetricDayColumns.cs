using Greenery.Models.Sql;

namespace Greenery.Models;

/// <summary>
/// The select of a metric that returns days: <c>day</c> with <c>value</c>, of which a period has the sum, or with
/// <c>numerator</c> and <c>denominator</c>, of which a period has the quotient of the sums. Rows without a day do not
/// count.
/// </summary>
/// <param name="Sql">The select as in the file.</param>
/// <param name="IsRatio">Whether it returns numerator and denominator.</param>
/// <param name="Model">
/// The model, when the select reads one, once, and the values of a day depend on nothing but the rows of that day:
/// changed rows then tell which days change. Null otherwise.
/// </param>
/// <param name="IsAdditive">
/// Whether rows that came and went can be added and taken away: all it returns are plain sums and counts.
/// </param>
public sealed record MetricDayColumns(string Sql, bool IsRatio, string? Model, bool IsAdditive)
{
    /// <summary>The columns of the days, as they are kept and as <see cref="Total"/> reads them.</summary>
    internal string Kept => IsRatio
        ? "day::date as day, sum(numerator)::numeric as numerator, sum(denominator)::numeric as denominator"
        : "day::date as day, sum(value)::numeric as numerator, null::numeric as denominator";

    /// <summary>SQL for whether a sum is of floating point: what is added to it and taken away leaves a rest.</summary>
    internal string IsInexact => IsRatio ? $"{IsFloat("numerator")} or {IsFloat("denominator")}" : IsFloat("value");

    private static string IsFloat(string column) =>
        $"pg_typeof({column}) in ('real'::regtype, 'double precision'::regtype)";

    /// <summary>The value of some of the days that are kept.</summary>
    internal string Total => IsRatio
        ? "sum(numerator) / nullif(sum(denominator), 0)"
        : "coalesce(sum(numerator), 0)";

    /// <summary>The select of one value, from <c>:from_date</c> to <c>:to_date</c>.</summary>
    internal string Template => $"""
        select {Total} as value from (
        select {Kept} from ({Sql}
        ) as days where day::date between :from_date and :to_date group by day::date
        ) as days
        """;

    /// <summary>What a file's select returns; null when it returns no column <c>day</c>.</summary>
    internal static MetricDayColumns? Read(ModelText text, ICollection<Diagnostic> diagnostics)
    {
        var tokens = text.Model.Tokens;
        var columns = SqlColumnTrace.Trace(tokens, _ => SqlRelation.Unknown).Columns
            .Select(column => column.Name).Order(StringComparer.Ordinal).ToList();
        if (!columns.Contains("day"))
        {
            return null;
        }
        var isRatio = columns.Contains("numerator");
        if (string.Join(", ", columns) is not ("day, value" or "day, denominator, numerator"
            or "denominator, day, numerator"))
        {
            diagnostics.Add(new Diagnostic($"{text.Model.File}:{tokens[0].Line}",
                $"returns {string.Join(", ", columns)}; expected day and value (of which a period has the sum), or "
                + "day, numerator and denominator (of which it has the quotient of the sums)."));
        }
        foreach (var parameter in tokens.Where(token => token.Kind == SqlTokenKind.Parameter))
        {
            diagnostics.Add(new Diagnostic($"{text.Model.File}:{parameter.Line}",
                $"uses :{parameter.Text} and returns a column day; leave the condition out: periods are cut by day."));
        }
        return new MetricDayColumns(text.Model.Sql, isRatio, Followed(text), IsSums(new(tokens, 0, tokens.Count)));
    }

    private static readonly HashSet<string> OfOtherRows =
        [
            "with", "over", "window", "limit", "offset", "fetch", "union", "intersect", "except", "tablesample",
            "having",
        ];

    private static bool IsSums(SqlTokenRange range) => !range.At(1).Is("distinct")
        && Items(range).All(item => item.At(item.End - 1).Is("day") || IsSum(item));

    // A day that is computed from several rows, as min(ordered_on), may be another one when a row comes.
    private static bool IsDayOfRow(SqlTokenRange range)
    {
        var items = Items(range).ToList();
        var place = items.FindIndex(item => item.At(item.End - 1).Is("day"));
        var day = WithoutLabel(items[place]);
        var by = range.TopLevel().FirstOrDefault(i => range.IsKeyword(i, "group") && range.At(i + 1).Is("by"), -1);
        return by > 0 && range.From(by + 2).Items().ToList() is [var only]
            && (Texts(only) == Texts(day) || Texts(only) == $"{place + 1}" || Texts(only) == "day")
            // "group by day" is by the column of that name, where the model has one.
            && !Enumerable.Range(day.Start, day.End - day.Start).Any(i => day.IsKeyword(i, DeltaScope.Aggregates));
    }

    private static IEnumerable<SqlTokenRange> Items(SqlTokenRange range) => range.From(1).To(
        range.TopLevel().Where(i => range.IsKeyword(i, "from")).DefaultIfEmpty(range.End).First()).Items();

    private static SqlTokenRange WithoutLabel(SqlTokenRange item) =>
        item.At(item.End - 2).Is("as") ? item.To(item.End - 2) : item;

    private static string Texts(SqlTokenRange range) =>
        string.Join(' ', Enumerable.Range(range.Start, range.End - range.Start).Select(i => range.At(i).Text));

    // sum(...) or count(...) [filter (...)] as name
    private static bool IsSum(SqlTokenRange item)
    {
        var value = WithoutLabel(item);
        if (!(value.At(value.Start).Is("sum") || value.At(value.Start).Is("count"))
            || !value.At(value.Start + 1).Is("(") || value.At(value.Start + 2).Is("distinct"))
        {
            return false;
        }
        var end = value.Closing(value.Start + 1) + 1;
        return end == value.End
            || (value.At(end).Is("filter") && value.Closing(end + 1) == value.End - 1);
    }

    private static string? Followed(ModelText text)
    {
        var tokens = text.Model.Tokens;
        var range = new SqlTokenRange(tokens, 0, tokens.Count);
        var isPlain = tokens.Count(token => token.Is("select")) == 1
            && !Enumerable.Range(0, tokens.Count).Any(i => range.IsKeyword(i, OfOtherRows));
        return isPlain && IsDayOfRow(range) && text.Tables is [{ Name: var model }] ? model : null;
    }
}
