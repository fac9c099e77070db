namespace Greenery.Models.Planning;

/// <summary>Whether all that changed in what a model by key reads can be followed to its keys.</summary>
internal static class KeyTrace
{
    /// <summary>
    /// From this share of the rows on, reading all of them is taken to be cheaper than looking keys up.
    /// </summary>
    public const int WholeFromOneIn = 5;

    /// <summary>What cannot be followed, for people; null when all can.</summary>
    /// <param name="model">The model.</param>
    /// <param name="live">The version readers see, to which the changed keys are added.</param>
    /// <param name="state">What is there.</param>
    /// <param name="before">The plan of the models it reads.</param>
    public static string? Gap(
        Model model, LiveModel live, WarehouseState state, IReadOnlyList<PlannedModel> before) =>
        model.Sources
            .Where(source => state.Sources.GetValueOrDefault(source) > live.UntilSeq)
            .Select(source => OfSource(model, source, live, state))
            .Concat(before.Where(parent => model.Models.Contains(parent.Model.Name))
                .Select(parent => OfModel(model, parent, live, state)))
            .FirstOrDefault(gap => gap is not null);

    private static string? OfSource(Model model, string source, LiveModel live, WarehouseState state)
    {
        var contract = state.Contracts[source];
        foreach (var name in ModelInputs.ReadNames(model).Where(contract.IsReadAs))
        {
            if (model.Inputs.FirstOrDefault(input => input.Name == name) is not { } input)
            {
                return NoInput(name);
            }
            if (name != source && contract.Snapshot is not null)
            {
                return $"changes of {name} cannot be followed, because each drop is the complete table";
            }
            var columns = name == source ? input.FollowedColumns : contract.PrimaryKey;
            if (columns.FirstOrDefault(column => !IsFollowed(source, column, live, state)) is { } column)
            {
                return $"{source}.{column} has not been followed since the version readers see";
            }
            if (!input.IsLookup && state.MuchChanged.Contains((name, live.UntilSeq)))
            {
                return $"{100 / WholeFromOneIn}% or more of {name} changed";
            }
        }
        return null;
    }

    private static bool IsFollowed(string source, string column, LiveModel live, WarehouseState state) =>
        state.Followed.TryGetValue((source, column), out var since) && since <= live.UntilSeq;

    private static string? OfModel(Model model, PlannedModel parent, LiveModel live, WarehouseState state)
    {
        var name = parent.Model.Name;
        if (!live.Reads.TryGetValue(name, out var was))
        {
            return $"it is not known which version of {name} it was built from";
        }
        return was == ModelVersion.Of(parent) ? null
            : model.Inputs.All(input => input.Name != name) ? NoInput(name)
            : !parent.IsTable ? $"changes of the view {name} cannot be followed"
            : !state.IsThere(was.Table) ? $"the version of {name} that it was built from is gone"
            : null;
    }

    private static string NoInput(string name) => $"{name} is none of its inputs";
}
