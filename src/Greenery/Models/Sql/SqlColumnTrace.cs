using System.Collections.Immutable;

namespace Greenery.Models.Sql;

/// <summary>
/// Finds which columns of a select show values of personal columns. A plain column, with or without another name or a
/// cast, is followed through <c>with</c> clauses, subqueries, <c>*</c> and set operations; any other expression over
/// one is reported as computed from it.
/// </summary>
/// <remarks>
/// Only what a query returns counts: a personal column that it joins, filters or counts by is not shown. What the
/// trace does not understand it takes for computed, never for free of personal data.
/// </remarks>
internal sealed class SqlColumnTrace
{
    // How often a recursive query is read until its columns do not change: each time a mark moves by one column.
    private const int RecursionLimit = 8;

    private static readonly HashSet<string> SetOperations = ["union", "intersect", "except"];

    private static readonly HashSet<string> AfterFrom =
        ["where", "group", "having", "window", "order", "limit", "offset", "fetch", "for"];

    private readonly Func<string, SqlRelation?> _tables;

    private SqlColumnTrace(Func<string, SqlRelation?> tables) => _tables = tables;

    /// <summary>What a statement returns.</summary>
    /// <param name="tokens">The select.</param>
    /// <param name="tables">The tables that it may read, by name.</param>
    public static SqlRelation Trace(IReadOnlyList<SqlToken> tokens, Func<string, SqlRelation?> tables) =>
        new SqlColumnTrace(tables).Query(
            new SqlTokenRange(tokens, 0, tokens.Count), ImmutableDictionary<string, SqlRelation>.Empty, null);

    /// <summary>What a query returns: <c>with</c> clauses, selects and set operations.</summary>
    internal SqlRelation Query(
        SqlTokenRange query, ImmutableDictionary<string, SqlRelation> named, SqlScope? outer)
    {
        if (query.At(query.Start).Is("with"))
        {
            (query, named) = CommonTables(query, named, outer);
        }
        var cuts = query.TopLevel().Where(i => query.IsKeyword(i, SetOperations)).ToList();
        var result = Term(query.To(cuts.Count > 0 ? cuts[0] : query.End), named, outer);
        foreach (var (cut, next) in cuts.Zip(cuts.Skip(1).Append(query.End)))
        {
            var start = query.At(cut + 1).Is("all") || query.At(cut + 1).Is("distinct") ? cut + 2 : cut + 1;
            // The rows taken out by "except" are not shown.
            result = query.At(cut).Is("except") ? result
                : result.Union(Term(query.From(start).To(next), named, outer));
        }
        return result;
    }

    // with [recursive] a [(x, y)] as [not] [materialized] (...), ...
    private (SqlTokenRange Body, ImmutableDictionary<string, SqlRelation> Named) CommonTables(
        SqlTokenRange query, ImmutableDictionary<string, SqlRelation> named, SqlScope? outer)
    {
        var isRecursive = query.At(query.Start + 1).Is("recursive");
        var i = query.Start + (isRecursive ? 2 : 1);
        while (query.At(i).IsName)
        {
            var name = query.At(i).Text;
            IReadOnlyList<string> columns = [];
            if (query.At(++i).Is("("))
            {
                columns = SqlFromList.Names(query.Inside(i));
                i = query.Closing(i) + 1;
            }
            while (i < query.End && !query.At(i).Is("("))
            {
                i++;
            }
            named = named.SetItem(name, CommonTable(query.Inside(i), name, columns, isRecursive, named, outer));
            i = query.Closing(i) + 1;
            // "search" and "cycle" may follow.
            while (i < query.End && !query.At(i).Is(",") && !query.From(i).BeginsQuery())
            {
                i++;
            }
            if (!query.At(i).Is(","))
            {
                break;
            }
            i++;
        }
        return (query.From(i), named);
    }

    private SqlRelation CommonTable(
        SqlTokenRange query, string name, IReadOnlyList<string> columns, bool isRecursive,
        ImmutableDictionary<string, SqlRelation> named, SqlScope? outer)
    {
        if (!isRecursive)
        {
            return Query(query, named, outer).Rename(columns);
        }
        var result = SqlRelation.Unknown;
        for (var i = 0; i < RecursionLimit; i++)
        {
            result = Query(query, named.SetItem(name, result), outer).Rename(columns);
        }
        return result;
    }

    private SqlRelation Term(
        SqlTokenRange term, ImmutableDictionary<string, SqlRelation> named, SqlScope? outer)
    {
        if (term.At(term.Start).Is("("))
        {
            return Query(term.Inside(term.Start), named, outer);
        }
        if (term.At(term.Start).Is("table"))
        {
            return Table(term.At(term.Start + 1).Text, named);
        }
        return term.At(term.Start).Is("select") ? Select(term, named, outer)
            : new SqlRelation([], new SqlExpression(this, named, new SqlScope(outer)).Origins(term));
    }

    /// <summary>A table or <c>with</c> clause by its name.</summary>
    internal SqlRelation Table(string name, ImmutableDictionary<string, SqlRelation> named) =>
        named.GetValueOrDefault(name) ?? _tables(name) ?? SqlRelation.Unknown;

    private SqlRelation Select(
        SqlTokenRange select, ImmutableDictionary<string, SqlRelation> named, SqlScope? outer)
    {
        var start = select.Start + 1;
        if (select.At(start).Is("all") || select.At(start).Is("distinct"))
        {
            start = select.At(start + 1).Is("on") ? select.Closing(start + 2) + 1 : start + 1;
        }
        var rest = select.From(start);
        var from = First(rest, i => rest.IsKeyword(i, "from") && !rest.At(i - 1).Is("distinct"));
        var itemsEnd = Math.Min(from, First(rest, i => IsAfterFrom(rest, i)));
        var scope = new SqlScope(outer);
        if (from < rest.End && from == itemsEnd)
        {
            var list = rest.From(from + 1);
            new SqlFromList(this, named, scope).Read(list.To(First(list, i => IsAfterFrom(list, i))));
        }
        var expression = new SqlExpression(this, named, scope);
        var items = rest.To(itemsEnd).Items().Select(expression.Columns).ToList();
        return new SqlRelation(
            [.. items.SelectMany(item => item.Columns)], [.. items.SelectMany(item => item.Rest).Distinct()]);
    }

    private static bool IsAfterFrom(SqlTokenRange range, int i) =>
        range.IsKeyword(i, AfterFrom) && !range.At(i - 1).Is("within");

    private static int First(SqlTokenRange range, Func<int, bool> isIt) =>
        range.TopLevel().Where(isIt).DefaultIfEmpty(range.End).First();
}
