using System.Security.Cryptography;
using System.Text;
using Greenery.Sources;

namespace Greenery.Models;

/// <summary>Hashes that say whether two models, or two versions of their data, are the same.</summary>
public static class ModelFingerprint
{
    /// <summary>Hash of a list of texts; their boundaries count.</summary>
    public static string Hash(IEnumerable<string> parts) => Convert.ToHexStringLower(
        SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\u001f', parts))))[..32];

    internal static string Compute(
        Model model, Dictionary<string, Model> parents, Dictionary<string, SourceTable> contracts) => Hash(
    [
        model.Mart,
        model.Name,
        model.Materialization.ToString(),
        model.Materialization == Materialization.Incremental
            ? $"{model.Strategy} {string.Join(',', model.UniqueKey)} {model.Window}" : "",
        .. model.Indexes.Select(index => $"index {index.Describe()}"),
        .. model.IsByKey
            ? model.Inputs.Select(input => input.Describe())
                .Prepend($"rebuild key {string.Join(',', model.RebuildKey)}")
            : [],
        .. model.Partition is { } rule ? [$"partition by {rule}"] : Array.Empty<string>(),
        // Tables that were built from the new rows of a window alone are not to be added to.
        .. DeltaScope.IsPartial(model) ? ["whole keys"] : Array.Empty<string>(),
        .. model.Tokens.Select(token => $"{token.Kind}{token.Text}"),
        .. model.Models.Select(name => parents[name].Definition),
        .. model.Sources.Select(name => Contract(contracts[name])),
        .. model.Sources.Select(name => contracts[name]).Where(table => ReadsHistory(model, table)).Select(History),
    ]);

    private static string Contract(SourceTable table) =>
        $"{table.Name} {string.Join(',', table.Columns.Select(column => $"{column.Name} {column.Type}"))}"
        + (table.Snapshot is null ? "" : " snapshot");

    private static bool ReadsHistory(Model model, SourceTable table) =>
        table.HasHistory && model.Tokens.Any(token => token.IsName && token.Text == table.HistoryName);

    private static string History(SourceTable table) => $"{table.HistoryName} {string.Join(',', table.History)}";
}
