namespace Greenery.SampleData;

/// <summary>What happens to a campaign's mail; the names, in lower case, are the values in the file.</summary>
internal enum EmailEventKind
{
    /// <summary>It arrived in an inbox.</summary>
    Impression,

    Open,

    Click,
}
