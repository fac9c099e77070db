namespace Greenery.Reports.Data;

/// <summary>What is to be said of a drop of the reported run: refused, unknown columns, too many bad rows.</summary>
public sealed record DropNote(string Path, string Table, string Outcome, string? Message, bool IsOverWarning);
