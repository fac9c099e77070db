using System.Globalization;
using Greenery.Models;
using Greenery.Sources;
using Greenery.Warehouse;

namespace Greenery.Checks;

/// <summary>The kinds of check and the SQL each comes to. Names and meaning are dbt's and dbt_utils'.</summary>
internal static class CheckKinds
{
    private delegate CheckRule? Factory(string? column, PropertyMap arguments, ModelCatalogue catalogue);

    private static readonly Dictionary<string, Factory> Factories = new(StringComparer.Ordinal)
    {
        ["unique"] = (column, _, _) => column is null ? null : Unique([column]),
        ["unique_where"] = (column, arguments, _) =>
            column is null ? null : Unique([column], arguments.RequiredText("where")),
        ["unique_combination_of_columns"] = (_, arguments, _) => Unique(Combination(arguments)),
        ["not_null"] = (column, _, _) => column is null ? null : NotNull(column, "true"),
        ["not_null_where"] = (column, arguments, _) =>
            column is null ? null : NotNull(column, arguments.RequiredText("where")),
        ["accepted_values"] = (column, arguments, _) => column is null ? null : AcceptedValues(column, arguments),
        ["accepted_range"] = (column, arguments, _) => column is null ? null : AcceptedRange(column, arguments),
        ["relationships"] = Relationships,
        [RowCountChange.Kind] = (column, arguments, _) =>
            column is null ? RowCountChange.Create(arguments, isFiltered: false) : null,
        ["expression_is_true"] = (column, arguments, _) => Expression(column, arguments.RequiredText("expression")),
    };

    public static IReadOnlyCollection<string> Known => Factories.Keys;

    /// <summary>The rule, or null when that kind needs a column and there is none.</summary>
    public static CheckRule? Create(string kind, string? column, PropertyMap arguments, ModelCatalogue catalogue) =>
        Factories[kind](column, arguments, catalogue);

    // Rows without a value are not looked at: null equals nothing, as in a unique index.
    private static SetCheckRule Unique(IReadOnlyList<string> columns, string? where = null)
    {
        var names = SqlText.Names(columns);
        var lookedAt = string.Join(" and ", columns.Select(column => $"{SqlText.Name(column)} is not null")
            .Append(where is null ? "true" : $"({where})"));
        return new SetCheckRule(
            $"""
            select
                coalesce(sum(n), 0)::bigint as looked_at,
                coalesce(sum(n) filter (where n > 1), 0)::bigint as failing
            from (select count(*) as n from t where {lookedAt} group by {names}) as per_key
            """,
            $"""
            select t.* from t
            where {lookedAt} and ({names}) in (
                select {names} from t where {lookedAt} group by {names} having count(*) > 1
            )
            order by {names}
            """,
            where is null ? CheckReach.NewRowsOfKey : CheckReach.AllRows) { Columns = columns };
    }

    private static IReadOnlyList<string> Combination(PropertyMap arguments)
    {
        var columns = arguments.Texts("combination_of_columns");
        if (columns.Count == 0)
        {
            arguments.Refuse(
                "unique_combination_of_columns has no 'combination_of_columns'; expected a list of columns.");
            return ["?"];
        }
        return columns;
    }

    private static RowCheckRule NotNull(string column, string where) => new(where, $"{SqlText.Name(column)} is null");

    private static RowCheckRule AcceptedValues(string column, PropertyMap arguments)
    {
        var values = arguments.Texts("values");
        if (values.Count == 0)
        {
            arguments.Refuse("accepted_values has no 'values'; expected a list.");
        }
        var name = SqlText.Name(column);
        return new RowCheckRule(
            $"{name} is not null", $"{name} not in ({string.Join(", ", values.Select(SqlText.Literal))})");
    }

    private static RowCheckRule AcceptedRange(string column, PropertyMap arguments)
    {
        var (min, max) = (arguments.Number("min_value"), arguments.Number("max_value"));
        var isInclusive = arguments.Flag("inclusive", otherwise: true);
        if (min is null && max is null)
        {
            arguments.Refuse("accepted_range has neither 'min_value' nor 'max_value'; expected at least one number.");
        }
        if (min > max)
        {
            arguments.Refuse($"accepted_range goes from {min} to {max}; expected min_value not above max_value.");
        }
        var name = SqlText.Name(column);
        var (below, above) = isInclusive ? ("<", ">") : ("<=", ">=");
        string?[] outside = [Compare(name, below, min), Compare(name, above, max)];
        return new RowCheckRule($"{name} is not null", string.Join(" or ", outside.OfType<string>()));
    }

    private static string? Compare(string name, string comparison, decimal? bound) => bound is { } value
        ? string.Create(CultureInfo.InvariantCulture, $"{name} {comparison} {value}")
        : null;

    private static RowCheckRule Expression(string? column, string expression) =>
        new("true", $"not ({(column is null ? expression : $"{SqlText.Name(column)} {expression}")})");

    private static SetCheckRule? Relationships(string? column, PropertyMap arguments, ModelCatalogue catalogue)
    {
        var (to, field) = (arguments.RequiredText("to"), arguments.RequiredText("field"));
        var known = catalogue.Models.Select(model => model.Name).Concat(catalogue.Sources.Select(source => source.Name))
            .ToArray();
        if (to.Length > 0 && !known.Contains(to))
        {
            arguments.Refuse(
                $"relationships points to '{to}', which is no model or source table.{Suggestion.Sentence(to, known)}");
        }
        if (column is null)
        {
            return null;
        }
        var name = SqlText.Name(column);
        var isOrphan = $"t.{name} is not null and not exists (select from {SqlText.Name(to)} as parent where parent."
            + $"{SqlText.Name(field)} = t.{name})";
        return new SetCheckRule(
            $"""
            select
                (select count({name}) from t) as looked_at,
                (select count(*) from t where {isOrphan}) as failing
            """,
            $"select t.* from t where {isOrphan}",
            CheckReach.NewRows);
    }
}
