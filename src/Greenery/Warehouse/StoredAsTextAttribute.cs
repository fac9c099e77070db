namespace Greenery.Warehouse;

/// <summary>
/// Marks an enum whose values are columns of <c>ops</c>: read and written as <see cref="EnumText"/> names them.
/// </summary>
[AttributeUsage(AttributeTargets.Enum)]
public sealed class StoredAsTextAttribute : Attribute;
