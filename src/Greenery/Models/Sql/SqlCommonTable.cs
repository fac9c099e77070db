namespace Greenery.Models.Sql;

/// <summary>
/// A <c>with</c> clause, and where its name means it (PostgreSQL manual, section 7.8): after its query and as far as
/// the query that has the clause goes. In its own query the name means a table, unless the clause is recursive.
/// </summary>
/// <param name="Name">Its name.</param>
/// <param name="Line">The line of the name.</param>
/// <param name="Opening">The token that opens its query.</param>
/// <param name="Closing">The token that closes its query.</param>
/// <param name="IsRecursive">Whether it is of <c>with recursive</c>.</param>
/// <param name="End">The token after the query that has the clause.</param>
internal sealed record SqlCommonTable(string Name, int Line, int Opening, int Closing, bool IsRecursive, int End)
{
    /// <summary>Whether a name there means this clause.</summary>
    public bool IsMeant(string name, int at) => name == Name && at < End && (IsRecursive || at > Closing);

    /// <summary>Whether a name there is that of a table which this clause reads under its own name.</summary>
    public bool Imports(string name, int at) => name == Name && !IsRecursive && at > Opening && at < Closing;

    /// <summary>
    /// All of a select: a name, perhaps columns in parentheses, <c>as</c>, perhaps <c>not materialized</c>, a query.
    /// </summary>
    public static IReadOnlyList<SqlCommonTable> FindAll(List<SqlToken> tokens)
    {
        var found = new List<SqlCommonTable>();
        for (var i = 1; i + 1 < tokens.Count; i++)
        {
            if (!tokens[i].Is("as") || Query(tokens, i + 1) is not { } opening)
            {
                continue;
            }
            var name = tokens[i - 1].Is(")") ? Partner(tokens, i - 1, -1) - 1 : i - 1;
            if (name < 1 || !tokens[name].IsName
                || !(tokens[name - 1].Is(",") || tokens[name - 1].Is("with") || tokens[name - 1].Is("recursive")))
            {
                continue;
            }
            var closing = Partner(tokens, opening, 1);
            found.Add(new SqlCommonTable(
                tokens[name].Text, tokens[name].Line, opening, closing, IsOfRecursive(tokens, name, found),
                EndOfScope(tokens, closing)));
        }
        return found;
    }

    // "search" and "cycle", which may be before the comma, are of recursive clauses only.
    private static bool IsOfRecursive(List<SqlToken> tokens, int name, List<SqlCommonTable> found) =>
        tokens[name - 1].Is("recursive") || (tokens[name - 1].Is(",")
            && (found.Find(other => other.Closing == name - 2)?.IsRecursive ?? true));

    private static int? Query(List<SqlToken> tokens, int i)
    {
        while (i < tokens.Count && (tokens[i].Is("not") || tokens[i].Is("materialized")))
        {
            i++;
        }
        return i + 1 < tokens.Count && tokens[i].Is("(")
            && (SqlReferences.BeginsQuery(tokens[i + 1]) || tokens[i + 1].Is("(")) ? i : null;
    }

    private static int Partner(List<SqlToken> tokens, int parenthesis, int step)
    {
        var depth = 0;
        for (var i = parenthesis; i >= 0 && i < tokens.Count; i += step)
        {
            depth += tokens[i].Is("(") ? 1 : tokens[i].Is(")") ? -1 : 0;
            if (depth == 0)
            {
                return i;
            }
        }
        return step > 0 ? tokens.Count : 0;
    }

    private static int EndOfScope(List<SqlToken> tokens, int closing)
    {
        var depth = 0;
        for (var i = closing + 1; i < tokens.Count; i++)
        {
            depth += tokens[i].Is("(") ? 1 : tokens[i].Is(")") ? -1 : 0;
            if (depth < 0)
            {
                return i;
            }
        }
        return tokens.Count;
    }
}
