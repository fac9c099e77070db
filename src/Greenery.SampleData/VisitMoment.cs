namespace Greenery.SampleData;

/// <summary>A point of a visit.</summary>
/// <param name="Session">The number of the visit.</param>
/// <param name="User">The number of the visitor.</param>
/// <param name="At">Seconds since 1970.</param>
internal readonly record struct VisitMoment(long Session, int User, long At);
