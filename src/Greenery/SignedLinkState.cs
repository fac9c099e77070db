namespace Greenery;

/// <summary>What a signed link allows.</summary>
public enum SignedLinkState
{
    /// <summary>It was not signed here, or for another path or time.</summary>
    Invalid,

    /// <summary>It was signed here, and its time is over.</summary>
    Expired,

    /// <summary>Its path may be read.</summary>
    Valid,
}
