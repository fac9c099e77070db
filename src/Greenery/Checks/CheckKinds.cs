using System.Globalization;
using Greenery.Models;
using Greenery.Sources;
using Greenery.Warehouse;

namespace Greenery.Checks;

/// <summary>The kinds of check and the SQL each comes to. Names and meaning are dbt's and dbt_utils'.</summary>
internal static class CheckKinds
{
    private const int ValuesNamed = 8;

    // The rule; null when the kind is for columns and there is none, or the other way round.
    private delegate CheckRule? Factory(string? column, DeclaredArguments declared);

    private static readonly Dictionary<string, Factory> Factories = new(StringComparer.Ordinal)
    {
        ["unique"] = OfColumn((column, _) => Unique([column])),
        ["unique_where"] = OfColumn((column, declared) => Unique([column], declared.Map.RequiredText("where"))),
        ["unique_combination_of_columns"] = (_, declared) => Unique(Combination(declared.Map)),
        ["not_null"] = OfColumn((column, _) => NotNull(column, "true")),
        ["not_null_where"] = OfColumn((column, declared) => NotNull(column, declared.Map.RequiredText("where"))),
        ["accepted_values"] = OfColumn((column, declared) => AcceptedValues(column, declared.Map)),
        ["accepted_range"] = OfColumn((column, declared) => AcceptedRange(column, declared.Map)),
        ["relationships"] = (column, declared) => Relationships(column, declared.Map, declared.Catalogue),
        ["expression_is_true"] = (column, declared) => Expression(column, declared.Map.RequiredText("expression")),
        [MetricKinds.MetricChange] = (_, declared) => declared.Metric is { } metric
            ? MetricKinds.Change(metric, declared.Map) : null,
        [RowCountChange.Kind] = OfTable(declared => RowCountChange.Create(declared.Map, declared.IsFiltered)),
        [DayKinds.RowsPerDrop] = OfTable(declared => DayKinds.Rows(declared.Map, declared.IsFiltered)),
        [DayKinds.MissingDrop] = OfTable(declared => DayKinds.Missing(declared.Map)),
        ["null_share"] = OfColumn((column, declared) => DayKinds.NullShare(column, declared.Map)),
        ["distinct_share"] = OfColumn((column, declared) => DayKinds.DistinctShare(column, declared.Map)),
        ["value_share"] = OfColumn((column, declared) => DayKinds.ValueShare(column, declared.Map)),
        ["sum_change"] = OfColumn((column, declared) => DayKinds.SumChange(column, declared.Map)),
    };

    // What the kinds that are not here can be declared on: models and source tables.
    private static readonly Dictionary<string, CheckPlace> Places = new(StringComparer.Ordinal)
    {
        [RowCountChange.Kind] = CheckPlace.Model,
        [MetricKinds.MetricChange] = CheckPlace.Metric,
        [DayKinds.RowsPerDrop] = CheckPlace.SourceTable,
        [DayKinds.MissingDrop] = CheckPlace.SourceTable,
    };

    public static IReadOnlyCollection<string> Known => Factories.Keys;

    /// <summary>What a kind has to be declared on, for people; null when it may be declared here.</summary>
    public static string? Misplaced(string kind, CheckPlace place) => Places.TryGetValue(kind, out var only)
        ? only == place ? null : $"a {Describe(only)}"
        : place == CheckPlace.Metric ? "a model or source table" : null;

    /// <summary>As messages call it.</summary>
    public static string Describe(CheckPlace place) => place switch
    {
        CheckPlace.Model => "model",
        CheckPlace.SourceTable => "source table",
        _ => "metric",
    };

    /// <summary>The rule, or null when that kind needs a column and there is none.</summary>
    public static CheckRule? Create(string kind, string? column, DeclaredArguments declared) =>
        Factories[kind](column, declared);

    private static Factory OfColumn(Func<string, DeclaredArguments, CheckRule> create) =>
        (column, declared) => column is null ? null : create(column, declared);

    private static Factory OfTable(Func<DeclaredArguments, CheckRule> create) =>
        (column, declared) => column is null ? create(declared) : null;

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
            """)
        {
            Columns = columns,
            LookedAt = lookedAt,
            IsUnique = where is null,
            Expected = columns.Count == 1 ? "each value once" : $"each combination of {string.Join(", ", columns)} "
                + "once",
        };
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
        // Without quotes dbt takes values for SQL; for numbers, true and false that is the same.
        if (!arguments.Flag("quote", otherwise: true)
            && values.FirstOrDefault(value => !IsConstant(value)) is { } expression)
        {
            arguments.Refuse($"accepted_values has 'quote: false' and the value {expression}; expected values without "
                + "quotes to be numbers, true or false.");
        }
        var name = SqlText.Name(column);
        return new RowCheckRule(
            $"{name} is not null", $"{name} not in ({string.Join(", ", values.Select(SqlText.Literal))})")
        {
            Expected = Either(values),
        };
    }

    private static bool IsConstant(string value) => value is "true" or "false"
        || decimal.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out _);

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
        return new RowCheckRule($"{name} is not null", string.Join(" or ", outside.OfType<string>()))
        {
            Expected = Between(min, max, isInclusive),
        };
    }

    private static string Between(decimal? min, decimal? max, bool isInclusive)
    {
        string?[] bounds =
        [
            min is { } least ? string.Create(
                CultureInfo.InvariantCulture, $"{(isInclusive ? "at least" : "more than")} {least}") : null,
            max is { } most ? string.Create(
                CultureInfo.InvariantCulture, $"{(isInclusive ? "at most" : "less than")} {most}") : null,
        ];
        return string.Join(" and ", bounds.OfType<string>());
    }

    private static string Either(IReadOnlyList<string> values) => values.Count switch
    {
        0 => "",
        1 => values[0],
        > ValuesNamed => $"{string.Join(", ", values.Take(ValuesNamed))} or one of {values.Count - ValuesNamed} others",
        _ => $"{string.Join(", ", values.SkipLast(1))} or {values[^1]}",
    };

    private static string? Compare(string name, string comparison, decimal? bound) => bound is { } value
        ? string.Create(CultureInfo.InvariantCulture, $"{name} {comparison} {value}")
        : null;

    private static RowCheckRule Expression(string? column, string expression) =>
        new("true", $"not ({(column is null ? expression : $"{SqlText.Name(column)} {expression}")})")
        {
            Expected = column is null ? expression : $"{column} {expression}",
        };

    private static SetCheckRule? Relationships(string? column, PropertyMap arguments, ModelCatalogue catalogue)
    {
        var (to, field) = (
            catalogue.BareName(arguments.RequiredText("to")), arguments.RequiredText("field"));
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
            $"select t.* from t where {isOrphan}")
        {
            Related = new RelatedRows(
                column, to, field, catalogue.Find(to) is { } model ? model.Distribution
                    : catalogue.Sources.FirstOrDefault(source => source.Name == to)?.Distribution),
            Expected = $"a {field} of {to}",
        };
    }
}
