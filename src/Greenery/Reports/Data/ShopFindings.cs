namespace Greenery.Reports.Data;

/// <summary>What marketing's models say, as readers see them.</summary>
/// <param name="Campaigns">Those that need review; null where there is no such model or nothing was published
/// yet.</param>
/// <param name="CampaignCount">How many campaigns there are in all.</param>
/// <param name="Signals">Null where there is no such model or nothing was published yet.</param>
/// <param name="CampaignFault">Why the campaigns could not be read; null when they could.</param>
/// <param name="SignalFault">Why the signals could not be read; null when they could.</param>
public sealed record ShopFindings(
    IReadOnlyList<CampaignToReview>? Campaigns, long CampaignCount, IReadOnlyList<RepeatSignal>? Signals,
    string? CampaignFault,
    string? SignalFault);
