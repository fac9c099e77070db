using System.Collections.Immutable;

namespace Greenery.Models.Sql;

/// <summary>Reads the items of a select list.</summary>
internal sealed class SqlExpression(
    SqlColumnTrace trace, ImmutableDictionary<string, SqlRelation> named, SqlScope scope)
{
    // How many rows, which ones and in which order: their arguments are not part of the value.
    private static readonly HashSet<string> Silent = ["count", "over", "filter", "exists"];

    // Words that end an expression, so that no label follows what looks like one: "interval '1 day'", "a and b".
    private static readonly HashSet<string> NoLabel =
        ["end", "null", "true", "false", "zone", "precision", "varying", "nulls", "unknown"];

    private static readonly HashSet<string> Operators =
        [
            "and", "or", "not", "is", "in", "like", "ilike", "between", "similar", "to", "from", "then", "else", "when",
            "case", "zone", "collate", "escape", "any", "all", "some", "distinct",
        ];

    /// <summary>The columns of one item; several for <c>*</c>.</summary>
    public SqlRelation Columns(SqlTokenRange item)
    {
        if (item.End - item.Start == 1 && item.At(item.Start).Is("*"))
        {
            return scope.All;
        }
        if (item.End - item.Start == 3 && item.At(item.Start + 1).Is(".") && item.At(item.Start + 2).Is("*"))
        {
            return scope.Table(item.At(item.Start).Text) ?? SqlRelation.Unknown;
        }
        var (value, label) = Label(item);
        var column = Copied(value) ?? new SqlColumn(DefaultName(value), IsCopy: false, Origins(value));
        return new SqlRelation([label is null ? column : column.As(label)], []);
    }

    /// <summary>All personal columns whose values an expression may show.</summary>
    public IReadOnlyCollection<string> Origins(SqlTokenRange range)
    {
        var origins = new HashSet<string>(StringComparer.Ordinal);
        for (var i = range.Start; i < range.End; i++)
        {
            var isOpening = range.At(i + 1).Is("(");
            if (range.At(i).Is("(") && range.Inside(i).BeginsQuery())
            {
                origins.UnionWith(range.At(i - 1).Is("in") ? [] : trace.Query(range.Inside(i), named, scope).Origins);
                i = range.Closing(i);
            }
            else if (isOpening && Silent.Any(word => range.IsKeyword(i, word)))
            {
                i = range.Closing(i + 1);
            }
            else if (range.At(i).IsName && !isOpening && !IsLabelOrType(range, i))
            {
                i = Add(range, i, origins);
            }
        }
        return origins;
    }

    // A name, or a table's name, a dot and a column or "*". Whether a value is there says nothing of it.
    private int Add(SqlTokenRange range, int i, HashSet<string> origins)
    {
        var isQualified = range.At(i + 1).Is(".");
        var end = isQualified ? i + 2 : i;
        if (!IsNullTest(range, end + 1))
        {
            origins.UnionWith(
                (!isQualified ? scope.Find(range.At(i).Text)?.Origins
                    : range.At(end).Is("*") ? scope.Table(range.At(i).Text)?.Origins
                    : Qualified(range.At(i).Text, range.At(end).Text)?.Origins) ?? []);
        }
        return end;
    }

    // "x is null", "x is not null"
    private static bool IsNullTest(SqlTokenRange range, int i) => range.At(i).Is("is")
        && (range.At(i + 1).Is("null") || (range.At(i + 1).Is("not") && range.At(i + 2).Is("null")));

    private static bool IsLabelOrType(SqlTokenRange range, int i) =>
        range.At(i - 1).Is(".") || range.At(i - 1).Is("::") || range.At(i - 1).Is("as");

    private SqlColumn? Qualified(string table, string column) => scope.Table(table) is { } relation
        ? relation.Find(column)
        // (row column).field, or a name that PostgreSQL refuses
        : scope.Find(table) is { } row ? row with { IsCopy = false } : null;

    // A column as it is, also cast, in parentheses, or as the only one of a subquery; null for any other expression.
    private SqlColumn? Copied(SqlTokenRange value)
    {
        value = value.To(CastStart(value));
        if (value.At(value.Start).Is("(") && value.Closing(value.Start) == value.End - 1)
        {
            var inside = value.Inside(value.Start);
            return !inside.BeginsQuery() ? Copied(inside)
                : trace.Query(inside, named, scope) is { Columns: [var only] } ? only : null;
        }
        if (!value.At(value.Start).IsName)
        {
            return null;
        }
        var name = value.At(value.End - 1).Text;
        return (value.End - value.Start) switch
        {
            1 => scope.Find(name) ?? new SqlColumn(name, IsCopy: false, []),
            3 when value.At(value.Start + 1).Is(".") && value.At(value.End - 1).IsName =>
                Qualified(value.At(value.Start).Text, name) ?? new SqlColumn(name, IsCopy: false, []),
            _ => null,
        };
    }

    // x::text, x::varchar(10)[], x::timestamp with time zone: where the last cast of a plain value begins.
    private static int CastStart(SqlTokenRange value)
    {
        var cast = value.TopLevel().Where(i => value.At(i).Is("::")).DefaultIfEmpty(value.End).First();
        var isType = value.From(cast + 1).TopLevel().All(i => value.At(i).IsName || value.At(i).Is("::")
            || value.At(i).Is("(") || value.At(i).Is("["));
        return isType ? cast : value.End;
    }

    private static (SqlTokenRange Value, string? Label) Label(SqlTokenRange item)
    {
        var last = item.At(item.End - 1);
        var before = item.At(item.End - 2);
        if (!last.IsName || item.End - item.Start < 2)
        {
            return (item, null);
        }
        if (before.Is("as"))
        {
            return (item.To(item.End - 2), last.Text);
        }
        var endsValue = before.Is(")") || before.Is("]") || before.Kind is SqlTokenKind.Literal or SqlTokenKind.Number
            || (before.IsName && !Operators.Any(before.Is));
        var isLabel = endsValue && !(last.Kind == SqlTokenKind.Word && NoLabel.Contains(last.Text));
        return isLabel ? (item.To(item.End - 1), last.Text) : (item, null);
    }

    // As PostgreSQL names a column without a label (manual, section 7.3.2).
    private static string DefaultName(SqlTokenRange value)
    {
        var first = value.At(value.Start);
        return first.Is("case") ? "case"
            : first.IsName && value.At(value.Start + 1).Is("(") ? first.Text
            : "?column?";
    }
}
