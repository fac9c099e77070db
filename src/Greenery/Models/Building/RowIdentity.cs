using Greenery.Staging;

namespace Greenery.Models.Building;

/// <summary>By what people recognise a row of a model, and how it is shown to them.</summary>
public static class RowIdentity
{
    private const string Combination = "unique_combination_of_columns";

    /// <summary>
    /// The columns that identify a row: <c>unique_key</c>, a column with check <c>unique</c>, or those of
    /// <c>unique_combination_of_columns</c>; empty when the model names none.
    /// </summary>
    internal static IReadOnlyList<string> Key(Model model) =>
        model.UniqueKey.Count > 0 ? model.UniqueKey
        : model.Checks.FirstOrDefault(check => check is { Kind: "unique", Column: not null }) is { } unique
            ? [unique.Column!]
        : model.Checks.FirstOrDefault(check => check.Kind == Combination) is { } combination
            ? (combination.Properties.Map("arguments") ?? combination.Properties).Texts("combination_of_columns")
        : [];

    /// <summary><c>{user_id: 1, city: null}</c></summary>
    public static string Describe(IEnumerable<KeyValuePair<string, string?>> values) =>
        "{" + string.Join(", ", values.Select(value => $"{value.Key}: {value.Value ?? "null"}")) + "}";

    /// <inheritdoc cref="Describe(IEnumerable{KeyValuePair{string, string?}})"/>
    internal static string Describe(IEnumerable<string> columns, IEnumerable<string?> values) =>
        Describe(columns.Zip(values, KeyValuePair.Create));

    /// <summary>SQL for a value as people may see it: personal data masked.</summary>
    /// <param name="value">SQL of the value.</param>
    /// <param name="isPersonal">Whether it is personal.</param>
    /// <param name="shown">SQL of the value as text.</param>
    internal static string Masked(string value, bool isPersonal, string shown) =>
        isPersonal ? $"case when {value} is not null then '{ReadableText.PiiMask}' end" : shown;
}
