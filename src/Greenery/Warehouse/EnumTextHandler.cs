using System.Data;
using Dapper;

namespace Greenery.Warehouse;

/// <summary>
/// Reads and writes enums by <see cref="EnumText"/>. Dapper alone reads them by name without underscores and writes
/// numbers.
/// </summary>
internal sealed class EnumTextHandler<T> : SqlMapper.TypeHandler<T>
    where T : struct, Enum
{
    public override T Parse(object value) => EnumText.Parse<T>((string)value);

    public override void SetValue(IDbDataParameter parameter, T value) =>
        (parameter.DbType, parameter.Value) = (DbType.String, EnumText.Name(value));
}

/// <summary>Registers a handler for every enum marked with <see cref="StoredAsTextAttribute"/>.</summary>
internal static class EnumTextHandlers
{
    public static void Register()
    {
        SqlMapper.Settings.PreferTypeHandlersForEnums = true;
        foreach (var type in typeof(EnumTextHandlers).Assembly.GetTypes()
            .Where(type => type.IsDefined(typeof(StoredAsTextAttribute), inherit: false)))
        {
            var handler = typeof(EnumTextHandler<>).MakeGenericType(type);
            SqlMapper.AddTypeHandler(type, (SqlMapper.ITypeHandler)Activator.CreateInstance(handler)!);
        }
    }
}
