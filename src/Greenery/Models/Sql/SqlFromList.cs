using System.Collections.Immutable;

namespace Greenery.Models.Sql;

/// <summary>Puts the tables of a from list into the scope of its select.</summary>
internal sealed class SqlFromList(
    SqlColumnTrace trace, ImmutableDictionary<string, SqlRelation> named, SqlScope scope)
{
    private static readonly HashSet<string> NoAlias =
        [
            "on", "using", "join", "inner", "left", "right", "full", "cross", "natural", "tablesample", "with", "as",
        ];

    /// <summary>The names of <c>(x, y)</c>, of which types may follow.</summary>
    public static IReadOnlyList<string> Names(SqlTokenRange list) =>
        [.. list.Items().Select(item => item.At(item.Start).Text)];

    /// <summary>What follows <c>from</c>: tables begin it and come after each comma and <c>join</c>.</summary>
    public void Read(SqlTokenRange list)
    {
        Item(list, list.Start);
        foreach (var i in list.TopLevel().Where(i => list.At(i).Is(",") || list.IsKeyword(i, "join")))
        {
            Item(list, i + 1);
        }
    }

    private void Item(SqlTokenRange list, int i)
    {
        while (list.At(i).Is("only") || list.At(i).Is("lateral"))
        {
            i++;
        }
        if (list.At(i).Is("("))
        {
            var inside = list.Inside(i);
            if (!inside.BeginsQuery())
            {
                Read(inside);
                return;
            }
            Alias(list, list.Closing(i) + 1, "", trace.Query(inside, named, scope));
            return;
        }
        var isQualified = list.At(i + 1).Is(".");
        var name = list.At(isQualified ? i + 2 : i).Text;
        var next = i + (isQualified ? 3 : 1);
        // rows from (f(...)): the functions' arguments are all that is known of it.
        if (list.At(i).Is("rows") && list.At(next).Is("from"))
        {
            next++;
        }
        if (list.At(next).Is("("))
        {
            var origins = new SqlExpression(trace, named, scope).Origins(list.Inside(next));
            Alias(list, list.Closing(next) + 1, name, new SqlRelation([], origins));
            return;
        }
        Alias(list, next, name, trace.Table(name, named));
    }

    // [with ordinality] [as] alias [(x, y)]
    private void Alias(SqlTokenRange list, int i, string name, SqlRelation relation)
    {
        if (list.At(i).Is("with") && list.At(i + 1).Is("ordinality"))
        {
            i += 2;
        }
        var isNamed = list.At(i).Is("as");
        i += isNamed ? 1 : 0;
        if (!list.At(i).IsName || (!isNamed && NoAlias.Any(word => list.At(i).Is(word))))
        {
            scope.Add(name, list.At(i).Is("(") ? relation.Rename(Names(list.Inside(i))) : relation);
            return;
        }
        scope.Add(list.At(i).Text,
            list.At(i + 1).Is("(") ? relation.Rename(Names(list.Inside(i + 1))) : relation);
    }
}
