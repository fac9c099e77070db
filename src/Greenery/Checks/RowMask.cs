using Greenery.Models.Sql;
using Greenery.Warehouse;

namespace Greenery.Checks;

/// <summary>Which values of a check's failing rows are shown; the others are masked.</summary>
/// <param name="Personal">Names of personal columns: masked, also as keys of JSON values.</param>
/// <param name="Tables">A name is shown only if it is a column of one of these models or source tables; null where the
/// rows are rows of the model itself, empty where names say nothing of what they hold.</param>
/// <param name="Renamed">Names that the query gives to something else than the column of that name.</param>
/// <param name="Open">Names that the check declares to be no personal data (<c>-- open: ...</c>).</param>
public sealed record RowMask(
    IReadOnlyList<string> Personal, IReadOnlyList<string>? Tables, IReadOnlyCollection<string> Renamed,
    IReadOnlyList<string> Open)
{
    // The columns by which an incremental table keeps versions are no business of readers.
    private const string Technical = "array['_run_id', '_removed_by']";

    // After these a name is an operand or the next item, never a label of the previous item.
    private static readonly HashSet<string> Keywords =
        [
            "select", "distinct", "all", "where", "and", "or", "not", "on", "by", "when", "then", "else", "case",
            "between", "like", "ilike", "similar", "to", "in", "is", "from", "join", "having", "limit", "offset",
            "using", "filter", "over", "any", "some", "exists", "lateral", "with", "recursive", "inner", "left",
            "right", "full", "outer", "cross", "natural", "partition", "order", "group", "values", "only", "as",
            "materialized",
        ];

    /// <summary>Rows of the model itself.</summary>
    public static RowMask OfModel(IReadOnlyList<string> personal) => new(personal, null, [], []);

    /// <summary>
    /// Rows of a query: where it reads personal columns, only plain columns of what it reads are shown, under their own
    /// names. A set operation, or a list of column names, hides what a name holds.
    /// </summary>
    /// <param name="tokens">The query.</param>
    /// <param name="personal">The personal columns of what it reads.</param>
    /// <param name="tables">The models and source tables it reads.</param>
    /// <param name="open">What its header declares.</param>
    internal static RowMask OfQuery(
        IReadOnlyList<SqlToken> tokens, IReadOnlyList<string> personal, IReadOnlyList<string> tables,
        IReadOnlyList<string> open)
    {
        if (personal.Count == 0)
        {
            return OfModel(personal);
        }
        var indexes = Enumerable.Range(0, tokens.Count).ToList();
        var isHidden = indexes.Any(i => tokens[i].Is("union") || tokens[i].Is("intersect") || tokens[i].Is("except")
            || HasColumnList(tokens, i));
        return new RowMask(personal, isHidden ? [] : tables,
            indexes.Where(i => IsLabel(tokens, i)).Select(i => tokens[i].Text).ToHashSet(StringComparer.Ordinal), open);
    }

    /// <summary>SQL for the JSON object of a row <c>r</c>.</summary>
    public string Sql()
    {
        if (Personal.Count == 0)
        {
            return $"(to_jsonb(r) - {Technical})";
        }
        return "(select coalesce(jsonb_object_agg(key, case when value = 'null'::jsonb or "
            + $"({IsShown()}) then value else to_jsonb('***'::text) end), jsonb_build_object()) "
            + $"from jsonb_each(to_jsonb(r) - {Technical}))";
    }

    private string IsShown()
    {
        var isOwn = Tables switch
        {
            null => "true",
            [] => "false",
            _ => "key in (select attname from pg_attribute where attnum > 0 and not attisdropped and attrelid in ("
                + string.Join(", ", Tables.Select(table => $"to_regclass({SqlText.Literal(SqlText.Name(table))})"))
                + "))",
        };
        return $"key = any({Names(Open)}) or (key <> all({Names([.. Personal, .. Renamed])}) and {isOwn})";
    }

    private static string Names(IEnumerable<string> names) =>
        $"array[{string.Join(", ", names.Select(SqlText.Literal))}]::text[]";

    // x (a, b), with or without "as": columns get other names. f(a, b) follows no name.
    private static bool HasColumnList(IReadOnlyList<SqlToken> tokens, int i) =>
        i + 1 < tokens.Count && tokens[i + 1].Is("(")
        && ((tokens[i].IsName && !IsKeyword(tokens[i]) && i > 0
            && (tokens[i - 1].Is("as") || tokens[i - 1].Is(")")
                || (tokens[i - 1].IsName && !IsKeyword(tokens[i - 1]))))
            || (tokens[i].Is("as") && i > 0 && tokens[i - 1].Is(")")));

    private static bool IsLabel(IReadOnlyList<SqlToken> tokens, int i)
    {
        if (!tokens[i].IsName || i == 0 || IsKeyword(tokens[i]))
        {
            return false;
        }
        var before = tokens[i - 1];
        return before.Is("as") ? !IsOwnName(tokens, i)
            : before.Is("::") || before.Is(")") || before.Is("]")
            || before.Kind is SqlTokenKind.Literal or SqlTokenKind.Number
            || (before.IsName && !IsKeyword(before));
    }

    // a as a, x.a as a
    private static bool IsOwnName(IReadOnlyList<SqlToken> tokens, int label)
    {
        var i = label - 2;
        if (i < 1 || tokens[i].Text != tokens[label].Text || !tokens[i].IsName)
        {
            return false;
        }
        while (i > 2 && tokens[i - 1].Is(".") && tokens[i - 2].IsName)
        {
            i -= 2;
        }
        return tokens[i - 1].Is("select") || tokens[i - 1].Is("distinct") || tokens[i - 1].Is(",");
    }

    private static bool IsKeyword(SqlToken token) => token.Kind == SqlTokenKind.Word && Keywords.Contains(token.Text);
}
