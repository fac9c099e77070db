namespace Greenery.Models;

/// <summary>One column of a model: as its property file describes it, or personal by what the select reads.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Description">For people; empty when there is none.</param>
/// <param name="IsPersonal">Masked wherever rows are shown: declared so, or a personal column of what the model reads,
/// under any name.</param>
/// <param name="Place">File and line, for messages.</param>
public sealed record ModelColumn(string Name, string Description, bool IsPersonal, string Place)
{
    /// <summary>What its property file says (<c>meta: {pii: true}</c>); null when it says nothing.</summary>
    public bool? DeclaredPersonal { get; init; }

    /// <summary>Its type as the property file has it; asked for by a contract, otherwise for people.</summary>
    public string? DataType { get; init; }

    /// <summary>Whether the property file has it; otherwise it is here because it is personal.</summary>
    public bool IsDescribed { get; init; } = true;
}
