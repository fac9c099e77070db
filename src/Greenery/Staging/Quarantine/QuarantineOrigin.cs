namespace Greenery.Staging.Quarantine;

/// <summary>Where quarantined rows belong.</summary>
internal sealed record QuarantineOrigin(long DropId, long LoadSequence, long RunId, string Table);
