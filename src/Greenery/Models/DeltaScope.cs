using Greenery.Models.Planning;
using Greenery.Models.Sql;

namespace Greenery.Models;

/// <summary>
/// Whether the rows that a select returns for what is new since <c>:since</c> are all that replaces the old ones. With
/// <c>where _load_seq > :since</c>, a day's new orders alone would replace the day, and a sum of the new amounts the
/// user's total: then the run has to compute whole windows or keys.
/// </summary>
internal static class DeltaScope
{
    // A row of the result comes from several of the input.
    private static readonly HashSet<string> Combining = ["group", "distinct", "over", "having", "limit", "fetch"];

    // Without "group by" they combine too.
    internal static readonly HashSet<string> Aggregates =
        ["count", "sum", "min", "max", "avg", "array_agg", "string_agg", "jsonb_agg", "json_agg", "bool_or",
            "bool_and"];

    /// <summary>Whether a run computes all rows of each window or key that new rows belong to.</summary>
    public static bool IsPartial(Model model) =>
        !model.IsByKey && ModelSql.MergeKey(model) is { Count: > 0 } key
        && (model.Strategy == IncrementalStrategy.ReplaceWindow || Combines(model.Tokens))
        && !NamesWholeKeys(model.Tokens, key);

    /// <summary>
    /// Whether a window function looks at rows of other windows or keys than those that new rows belong to: the select
    /// would have to return these as well, which <c>:since</c> on the new rows alone does not.
    /// </summary>
    public static bool LooksAcross(Model model)
    {
        var (tokens, key) = (model.Tokens, ModelSql.MergeKey(model));
        return key.Count > 0 && !AreWithin(tokens, (before, _) => before is "in" or "exists") && tokens.Index().Any(x =>
            x.Item.Is("over") && x.Index + 1 < tokens.Count && tokens[x.Index + 1].Is("(")
            && !tokens.Skip(x.Index + 2).TakeWhile(token => !token.Is("order") && !token.Is(")"))
                .Any(token => token.IsName && key.Contains(token.Text)));
    }

    private static bool Combines(IReadOnlyList<SqlToken> tokens) => tokens.Index().Any(x =>
        x.Item.Kind == SqlTokenKind.Word && ((Combining.Contains(x.Item.Text) && !IsComparison(tokens, x.Index))
            || (Aggregates.Contains(x.Item.Text)
            && x.Index + 1 < tokens.Count && tokens[x.Index + 1].Is("("))));

    // "is distinct from".
    private static bool IsComparison(IReadOnlyList<SqlToken> tokens, int i) =>
        tokens[i].Is("distinct") && i + 1 < tokens.Count && tokens[i + 1].Is("from");

    // "key in (select key from ... where _load_seq > :since)": the select returns whole keys by itself.
    private static bool NamesWholeKeys(IReadOnlyList<SqlToken> tokens, IReadOnlyList<string> key) => AreWithin(
        tokens, (before, i) => before == "in" && i > 0 && Operand(tokens, i - 1).All(key.Contains));

    // Whether each :since is in a subquery of which the word before it, and that word's place, say what is asked for.
    private static bool AreWithin(IReadOnlyList<SqlToken> tokens, Func<string, int, bool> isMeant)
    {
        var levels = new Stack<bool>([false]);
        for (var i = 0; i < tokens.Count; i++)
        {
            if (tokens[i].Is("("))
            {
                levels.Push(levels.Peek() || (i > 0 && i + 1 < tokens.Count && tokens[i + 1].Is("select")
                    && isMeant(tokens[i - 1].Text, i - 1)));
            }
            else if (tokens[i].Is(")") && levels.Count > 1)
            {
                levels.Pop();
            }
            else if (tokens[i].IsSince && !levels.Peek())
            {
                return false;
            }
        }
        return true;
    }

    // The columns before "in": one, perhaps with its table, or several in parentheses. "not in" has none of the key.
    private static IEnumerable<string> Operand(IReadOnlyList<SqlToken> tokens, int last)
    {
        var first = last;
        while (tokens[last].Is(")") && first > 0 && !tokens[first].Is("("))
        {
            first--;
        }
        var isCall = tokens[first].Is("(") && first > 0 && tokens[first - 1] is { IsName: true, Text: not
            ("where" or "and" or "or" or "row" or "on") };
        return isCall ? ["()"] : Enumerable.Range(first, last - first + 1)
            .Where(i => tokens[i].IsName && !tokens[i + 1].Is(".")).Select(i => tokens[i].Text).DefaultIfEmpty("()");
    }
}
