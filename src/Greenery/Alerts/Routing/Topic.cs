using Greenery.Checks;
using Greenery.Runs;
using Greenery.Sources;

namespace Greenery.Alerts.Routing;

/// <summary>A check, declared or made by Greenery itself, or the freshness of a source table.</summary>
/// <param name="Subject">The check's id.</param>
/// <param name="Ownership">Whom it concerns.</param>
/// <param name="Names">What a user may have subscribed to: its mart, its model, its source table.</param>
public sealed record Topic(string Subject, Ownership Ownership, IReadOnlyList<string> Names)
{
    /// <summary>The declared check; null for those that Greenery makes itself.</summary>
    public Check? Check { get; init; }

    /// <summary>The model or source table it is about; null where it is about none.</summary>
    public string? Table => Names.Count > 1 ? Names[^1] : null;

    /// <summary>Why it is looked at; empty where nothing says so.</summary>
    public string Description => Check?.Description ?? CheckDescriptions.OfOwn(Subject);

    /// <summary>All of a project.</summary>
    public static IEnumerable<Topic> AllOf(Project project) =>
    [
        .. project.Catalogue.Sources.Where(source => source.Freshness is not null)
            .Select(source => new Topic(SourceFreshness.IdOf(source.Name), source.Ownership, ["staging", source.Name])),
        .. project.Catalogue.Sources.Where(source => !source.MayBeEmpty)
            .Select(source => new Topic(EmptyDrops.IdOf(source.Name), source.Ownership, ["staging", source.Name])),
        new Topic(UnloadedFiles.Id, Ownership.None, ["staging"]),
        .. project.Catalogue.Models.Where(EmptiedModels.IsJudged)
            .Select(model => new Topic(EmptiedModels.IdOf(model), model.Ownership, [model.Mart, model.Name])),
        .. project.Catalogue.Models.Where(FullBuildChecks.IsJudged)
            .Select(model => new Topic(FullBuildChecks.IdOf(model), model.Ownership, [model.Mart, model.Name])),
        .. project.Checks.Select(check =>
            new Topic(check.Id, check.Ownership, [check.Model.Mart, check.Model.Name]) { Check = check }),
    ];
}
