using System.Globalization;
using Greenery.Checks;
using Greenery.Models;
using Greenery.Models.Planning;
using Greenery.Warehouse;

namespace Greenery.Alerts.Messages;

/// <summary>A query that shows a check's failing rows, to be pasted into any SQL client.</summary>
internal static class RowsQuery
{
    private const int Rows = 100;

    // As much as every format shows without cutting it.
    private const int Longest = 550;

    /// <summary>Empty for checks that look at no rows.</summary>
    /// <param name="check">The check.</param>
    /// <param name="runId">The run that found the rows; null for none.</param>
    /// <param name="isPublished">Whether readers see what that run checked; null where that is not known: then the rows
    /// that were kept are shown.</param>
    public static string Of(Check check, long? runId, bool? isPublished)
    {
        if (check.Rule is not (RowCheckRule or SetCheckRule) || check.Kind == RowCountChange.Kind)
        {
            return "";
        }
        if ((isPublished is not null || check.Source is not null) && IsInOneLine(check))
        {
            var query = Query(check, isPublished == false ? runId : null);
            if (query.Length <= Longest)
            {
                return query;
            }
        }
        return runId is not { } run ? "" : string.Create(CultureInfo.InvariantCulture,
            $"select failing_row from ops.failing_row where run_id = {run} and check_id = "
                + $"{SqlText.Literal(check.Id)};");
    }

    // Nothing is lost where there is no cluster but time.
    private static bool IsDistributed(Check check) =>
        check.Model.Distribution is not null || check.Rule is SetCheckRule { Related.Place: not null };

    // A comment would hide the rest of the line; the SQL of a query check is in its file.
    private static bool IsInOneLine(Check check) => check.Kind != "query"
        && !(check.Rule.Sql + check.Where).Contains("--", StringComparison.Ordinal);

    private static string Query(Check check, long? runId)
    {
        var isSource = check.Source is not null;
        var (path, table) = !isSource && runId is { } run
            ? (new RunSchema(run).SearchPath, SqlText.Name(new RunSchema(run).Name, check.Model.Name))
            : isSource ? (SourceModel.Schema, check.Model.QualifiedName)
            : ($"{check.Model.Marts.SearchPath}, staging", check.Model.QualifiedName);
        var failing = CheckSql.FailingRows(table, IsDistributed(check) ? check.OnCluster() : check);
        var rows = string.Join(' ', failing
            .Split((char[])['\n', '\r', ' '], StringSplitOptions.RemoveEmptyEntries));
        return string.Create(CultureInfo.InvariantCulture, $"set search_path to {path}; {rows} limit {Rows};");
    }
}
