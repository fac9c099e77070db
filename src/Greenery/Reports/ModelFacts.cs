using Greenery.Models;
using Greenery.Models.Planning;
using Greenery.Presentation;
using Greenery.Reports.Data;

namespace Greenery.Reports;

/// <summary>What is to be said of a model beside its description.</summary>
internal static class ModelFacts
{
    public static IEnumerable<(string Term, string Text)> Of(ReportData data, Model model)
    {
        yield return ("Owner", model.Owner ?? "unassigned");
        yield return ("Kind", Kind(model));
        if (model.Tags.Count > 0)
        {
            yield return ("Tags", string.Join(", ", model.Tags));
        }
        if (!data.HasData)
        {
            yield break;
        }
        var live = data.Ops.Live.FirstOrDefault(shown => shown.Model == model.Name);
        yield return ("Readers see", live switch
        {
            null => "nothing yet",
            { Rows: { } rows } => $"{NumberFormat.Count(rows, "row")}, of run {live.RunId}",
            _ => $"a view, of run {live.RunId}",
        });
        var build = data.Ops.Builds.FirstOrDefault(built => built.Model == model.Name);
        yield return ("Last built", build is null ? "not in the last runs" : data.Clock.Full(build.BuiltAt)
            + (build.Rows is { } computed && model.Materialization != Materialization.View
            ? $", {NumberFormat.Count(computed, build.IsDelta ? "new row" : "row")}" : "")
            + (build.Seconds is { } seconds ? $" in {NumberFormat.Duration(TimeSpan.FromSeconds(seconds))}" : ""));
        if (data.Ops.Models.FirstOrDefault(planned => planned.Model == model.Name) is { } run)
        {
            yield return ("In this run", run.IsHeld ? run.Reason : $"{Did(run)}: {run.Reason}");
        }
    }

    private static string Did(RunModel run) => run switch
    {
        { Action: ModelAction.Reuse } => "reused",
        { FinishedAt: null } => "not built",
        _ => "built",
    };

    private static string Kind(Model model) => model.Materialization switch
    {
        Materialization.Incremental =>
            $"incremental table{(model.UniqueKey.Count > 0 ? $", key {string.Join(", ", model.UniqueKey)}" : "")}",
        Materialization.View => "view",
        _ => "table",
    };
}
