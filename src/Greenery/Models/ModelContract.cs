using Greenery.Sources;

namespace Greenery.Models;

/// <summary>
/// A model's contract (<c>config: contract: {enforced: true}</c>), in dbt's format: its columns are those described, of
/// their types, and its <c>constraints</c> hold. They are checks here, which keep a version from being published.
/// </summary>
/// <param name="IsEnforced">Whether it counts.</param>
internal sealed record ModelContract(bool IsEnforced)
{
    /// <summary>The types of constraints.</summary>
    public static IReadOnlyList<string> Types { get; } = ["not_null", "unique", "primary_key", "check", "foreign_key"];

    public static ModelContract Read(PropertyMap? config)
    {
        var map = config?.Map("contract");
        var isEnforced = map?.Flag("enforced") ?? false;
        map?.Finish();
        return new ModelContract(isEnforced);
    }

    /// <summary>The checks that are declared, and those that the constraints come to.</summary>
    public IEnumerable<DeclaredCheck> Checks(PropertyMap map, string? column, IReadOnlyList<DeclaredCheck> declared)
    {
        var constraints = map.Maps("constraints").ToList();
        if (constraints.Count > 0 && !IsEnforced)
        {
            map.Refuse("has 'constraints', which count only with 'config: {contract: {enforced: true}}' of the model; "
                + "expected this, or 'data_tests'.");
        }
        return
        [
            .. declared,
            .. constraints.SelectMany(each => Checks(each, column)).Select(check => check with { IsConstraint = true }),
        ];
    }

    /// <summary>The checks without constraints that say what another check says already.</summary>
    public static IReadOnlyList<DeclaredCheck> WithoutRepeated(IReadOnlyList<DeclaredCheck> checks) =>
    [
        .. checks.Where((check, i) => !check.IsConstraint || check.Properties.Keys.Any() || !checks.Take(i).Any(
            other => (other.Column, other.Kind) == (check.Column, check.Kind) && !other.Properties.Keys.Any())),
    ];

    private static IReadOnlyList<DeclaredCheck> Checks(PropertyMap map, string? column)
    {
        var type = map.RequiredText("type");
        var columns = column is null ? map.Texts("columns") : [column];
        IReadOnlyList<DeclaredCheck> checks = type switch
        {
            "not_null" => [.. columns.Select(each => new DeclaredCheck(each, "not_null", map.With()))],
            "unique" => Unique(map, columns),
            "primary_key" =>
            [
                .. columns.Select(each => new DeclaredCheck(each, "not_null", map.With())), .. Unique(map, columns),
            ],
            "check" => [new DeclaredCheck(null, "expression_is_true",
                map.With(("expression", map.RequiredText("expression"))))],
            "foreign_key" => ForeignKey(map, columns),
            _ => [],
        };
        if (type.Length > 0 && !Types.Contains(type))
        {
            map.Refuse($"unknown constraint '{type}'; expected {string.Join(", ", Types)}."
                + Suggestion.Sentence(type, Types));
        }
        if (column is null && columns.Count == 0 && type is not ("check" or ""))
        {
            map.Refuse($"constraint '{type}' of the model has no 'columns'; expected a list, or the constraint under a "
                + "column.");
        }
        map.Allow("name", "warn_unenforced", "warn_unsupported").Finish();
        return checks;
    }

    private static IReadOnlyList<DeclaredCheck> Unique(PropertyMap map, IReadOnlyList<string> columns) =>
        columns.Count == 1
            ? [new DeclaredCheck(columns[0], "unique", map.With())]
            : columns.Count > 1
                ? [new DeclaredCheck(
                    null, "unique_combination_of_columns", map.WithTexts("combination_of_columns", columns))]
                : [];

    private static IReadOnlyList<DeclaredCheck> ForeignKey(PropertyMap map, IReadOnlyList<string> columns)
    {
        var (to, fields) = (map.Text("to"), map.Texts("to_columns"));
        if (columns.Count == 1 && fields.Count == 1 && to is not null)
        {
            return [new DeclaredCheck(columns[0], "relationships", map.With(("to", to), ("field", fields[0])))];
        }
        map.Refuse("a foreign_key needs 'to' and one column in 'to_columns' for one column; expected, such as, {type: "
            + "foreign_key, to: ref('dim_users'), to_columns: [user_id]}. For more columns write a query check.");
        return [];
    }
}
