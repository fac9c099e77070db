namespace Greenery.SampleData;

/// <summary>When a promotion is active.</summary>
internal enum PromoKind
{
    /// <summary>Always.</summary>
    Permanent,

    /// <summary>While a campaign that advertises it runs.</summary>
    Campaign,

    /// <summary>No longer.</summary>
    Retired,
}
