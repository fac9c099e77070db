namespace Greenery.Models.Sql;

/// <summary>
/// Finds the tables a select reads: names after <c>from</c>, <c>join</c> and the commas of a from list that are
/// neither names of its own <c>with</c> clauses nor functions; and those of <c>table a</c>, short for
/// <c>select * from a</c>.
/// </summary>
/// <remarks>
/// The <c>from</c> of <c>extract(year from x)</c>, <c>substring</c>, <c>trim</c>, <c>overlay</c> and of
/// <c>is distinct from</c> introduces no table. A word after a dot or <c>as</c> is a name, whatever it is.
/// </remarks>
internal sealed class SqlReferences
{
    private static readonly HashSet<string> FromTakingFunctions =
        ["extract", "substring", "trim", "overlay", "position"];

    // These keywords end a from list: later commas do not separate tables.
    private static readonly HashSet<string> ListEnders =
        ["where", "group", "order", "having", "window", "union", "except", "intersect", "limit", "offset", "fetch",
            "for", "select", "on", "using"];

    private readonly List<SqlToken> _tokens;
    private readonly IReadOnlyList<SqlCommonTable> _own;
    private readonly List<TableReference> _found = [];

    // Per open parenthesis or bracket: is it a from list's, and does "from" inside it introduce tables?
    private readonly Stack<(bool InFromList, bool IsFromTaking)> _levels = new([(false, false)]);

    private SqlReferences(List<SqlToken> tokens)
    {
        _tokens = tokens;
        _own = SqlCommonTable.FindAll(tokens);
    }

    /// <summary>
    /// The tables read, in the order they are named, and the names of the select's own <c>with</c> clauses, each with
    /// its line.
    /// </summary>
    public static (IReadOnlyList<TableReference> Tables, IReadOnlyDictionary<string, int> CommonTables) Find(
        List<SqlToken> tokens)
    {
        var references = new SqlReferences(tokens);
        for (var i = 0; i < tokens.Count; i++)
        {
            references.Visit(i);
        }
        return (references._found, references._own.DistinctBy(own => own.Name).ToDictionary(
            own => own.Name, own => own.Line, StringComparer.Ordinal));
    }

    private void Visit(int i)
    {
        var token = _tokens[i];
        if (token.Is("(") || token.Is("["))
        {
            _levels.Push((InFromList: false, i > 0 && FromTakingFunctions.Contains(_tokens[i - 1].Text)));
        }
        else if ((token.Is(")") || token.Is("]")) && _levels.Count > 1)
        {
            _levels.Pop();
        }
        else if (!IsKeyword(i))
        {
            return;
        }
        else if (token.Is("join") || (token.Is("from") && IntroducesTables(i)))
        {
            SetInFromList(true);
            TakeTable(i + 1);
        }
        else if (token.Is("table") || (token.Is(",") && _levels.Peek().InFromList))
        {
            TakeTable(i + 1);
        }
        else if (token.Kind == SqlTokenKind.Word && ListEnders.Contains(token.Text))
        {
            // "from a join b on ... , c" still is a from list after the condition.
            SetInFromList(_levels.Peek().InFromList && token.Text is "on" or "using");
        }
    }

    // "t.order", "as from": there a word can be nothing but a name.
    private bool IsKeyword(int i) =>
        i == 0 || !(_tokens[i - 1].Is(".") || (_tokens[i - 1].Is("as") && IsKeyword(i - 1)));

    private bool IntroducesTables(int i) => !_levels.Peek().IsFromTaking
        && !(i > 1 && _tokens[i - 1].Is("distinct") && (_tokens[i - 2].Is("is") || _tokens[i - 2].Is("not")));

    private void SetInFromList(bool value) => _levels.Push(_levels.Pop() with { InFromList = value });

    private void TakeTable(int i)
    {
        // from (a join b ...) begins with a table too; from (select ...) and rows from (f(), ...) do not.
        while (At(i).Is("only") || At(i).Is("lateral") || At(i).Is("("))
        {
            i++;
        }
        if (!At(i).IsName || BeginsQuery(At(i)) || (At(i).Is("rows") && At(i + 1).Is("from")))
        {
            return;
        }
        var isQualified = At(i + 1).Is(".") && At(i + 2).IsName;
        var end = isQualified ? i + 3 : i + 1;
        if (At(end).Is("("))
        {
            return;
        }
        var name = At(end - 1).Text;
        if (isQualified || !_own.Any(own => own.IsMeant(name, i)))
        {
            _found.Add(new TableReference(isQualified ? At(i).Text : null, name, At(i).Line)
            {
                IsImport = _own.Any(own => own.Imports(name, i)),
            });
        }
    }

    private SqlToken At(int i) => i < _tokens.Count ? _tokens[i] : new SqlToken(SqlTokenKind.Symbol, "", 0, 0, 0);

    internal static bool BeginsQuery(SqlToken token) =>
        token.Is("select") || token.Is("with") || token.Is("values") || token.Is("table");
}
