namespace Greenery.Staging.Writing;

/// <summary>Where quarantined rows belong.</summary>
internal sealed record QuarantineOrigin(long DropId, long LoadSequence, long RunId, string Table);
