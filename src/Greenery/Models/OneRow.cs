using Greenery.Models.Sql;

namespace Greenery.Models;

/// <summary>
/// Whether a select returns one row, as its text tells: aggregates without groups, <c>limit 1</c>, a whole key that is
/// fixed, or nothing but such rows in its from list.
/// </summary>
/// <param name="catalogue">The models that it may read.</param>
internal sealed class OneRow(ModelCatalogue catalogue)
{
    // Views over views over views: more would be a circle.
    private const int MostLevels = 20;

    private static readonly HashSet<string> Aggregates =
        ["any_value", "array_agg", "avg", "bit_and", "bit_or", "bool_and", "bool_or", "corr", "count", "covar_pop",
            "covar_samp", "every", "json_agg", "json_object_agg", "jsonb_agg", "jsonb_object_agg", "max", "min", "mode",
            "percentile_cont", "percentile_disc", "regr_slope", "regr_r2", "regr_intercept", "stddev", "stddev_pop",
            "stddev_samp", "string_agg", "sum", "var_pop", "var_samp", "variance"];

    private static readonly HashSet<string> AfterFrom =
        ["where", "group", "having", "window", "order", "limit", "offset", "fetch", "for"];

    /// <summary>False where it may return none, or several.</summary>
    public bool Returns(Model model) => Returns(model.Tokens, 0);

    /// <summary>As the other, for any select.</summary>
    public bool Returns(IReadOnlyList<SqlToken> tokens) => Returns(tokens, 0);

    private bool Returns(IReadOnlyList<SqlToken> tokens, int level)
    {
        var own = SqlCommonTable.FindAll([.. tokens]);
        var start = own.Where(table => table.End == tokens.Count).Select(table => table.Closing + 1)
            .DefaultIfEmpty().Max();
        return level < MostLevels && Returns(new SqlTokenRange(tokens, start, tokens.Count), own, level);
    }

    private bool Returns(SqlTokenRange query, IReadOnlyList<SqlCommonTable> own, int level)
    {
        if (query.At(query.Start).Is("(") && query.Closing(query.Start) == query.End - 1)
        {
            return Returns(query.Inside(query.Start), own, level);
        }
        bool Has(string word) => query.TopLevel().Any(i => query.IsKeyword(i, word));
        if (Has("union") || Has("intersect") || Has("except") || !query.At(query.Start).Is("select"))
        {
            return false;
        }
        if (IsLimited(query))
        {
            return true;
        }
        var from = First(query, i => query.IsKeyword(i, "from") && !query.At(i - 1).Is("distinct"));
        var isAggregate = Enumerable.Range(query.Start, Math.Max(0, from - query.Start))
            .Any(i => IsAggregate(query, i, from));
        return !Has("group") && (isAggregate || from == query.End || IsOfOneRow(query, from, own, level));
    }

    private bool IsOfOneRow(SqlTokenRange query, int from, IReadOnlyList<SqlCommonTable> own, int level)
    {
        var end = First(query.From(from + 1), i => query.IsKeyword(i, AfterFrom));
        var list = query.From(from + 1).To(end);
        var items = list.TopLevel().Where(i => list.At(i).Is(",") || list.IsKeyword(i, "join")).Select(i => i + 1)
            .Prepend(list.Start).ToList();
        return items.TrueForAll(i => Item(list, i, own, level)) || (items.Count == 1 && IsKeyFixed(query, list, end));
    }

    private bool Item(SqlTokenRange list, int i, IReadOnlyList<SqlCommonTable> own, int level)
    {
        if (list.At(i).Is("("))
        {
            return list.Inside(i).BeginsQuery() && Returns(list.Inside(i), own, level + 1);
        }
        var name = list.At(list.At(i + 1).Is(".") ? i + 2 : i).Text;
        if (own.LastOrDefault(table => table.IsMeant(name, i)) is { } common)
        {
            return level < MostLevels && Returns(
                new SqlTokenRange(list.Tokens, common.Opening + 1, common.Closing), own, level + 1);
        }
        return catalogue.Find(name) is { } model && Returns(model.Tokens, level + 1);
    }

    // where order_id = 1: the model's unique key, whole.
    private bool IsKeyFixed(SqlTokenRange query, SqlTokenRange list, int end)
    {
        var name = list.At(list.At(list.Start + 1).Is(".") ? list.Start + 2 : list.Start).Text;
        return query.IsKeyword(end, "where") && catalogue.Find(name) is { UniqueKey.Count: > 0 } model
            && !query.From(end).TopLevel().Any(i => query.IsKeyword(i, "or"))
            && model.UniqueKey.All(key => query.From(end).TopLevel()
                .Any(i => query.At(i).Text == key && query.At(i + 1).Is("=")));
    }

    private static bool IsAggregate(SqlTokenRange query, int i, int from) =>
        Aggregates.Contains(query.At(i).Text) && query.At(i + 1).Is("(") && !query.At(i - 1).Is(".")
        && !IsOver(query, query.Closing(i + 1) + 1) && !IsInSubquery(query, i, from);

    // sum(x) filter (where ...) over (...)
    private static bool IsOver(SqlTokenRange query, int after)
    {
        after = query.At(after).Is("filter") ? query.Closing(after + 1) + 1 : after;
        return query.At(after).Is("over");
    }

    private static bool IsInSubquery(SqlTokenRange query, int at, int from) =>
        Enumerable.Range(query.Start, from - query.Start).Any(i => query.At(i).Is("(") && i < at
            && query.Closing(i) > at && query.Inside(i).BeginsQuery());

    // limit 1, fetch first row only: at most one.
    private static bool IsLimited(SqlTokenRange query) => query.TopLevel().Any(i =>
        (query.IsKeyword(i, "limit") && query.At(i + 1).Text == "1")
        || (query.IsKeyword(i, "fetch") && query.At(i + 2).Text is "1" or "row"));

    private static int First(SqlTokenRange range, Func<int, bool> isIt) =>
        range.TopLevel().Where(isIt).DefaultIfEmpty(range.End).First();
}
