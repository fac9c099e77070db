namespace Greenery.Sources;

/// <summary>How long the time is whose rows one partition holds.</summary>
public enum PartitionUnit
{
    Day,
    Month,
    Year,
}
