using System.Collections.Concurrent;
using System.Collections.Frozen;
using Microsoft.Extensions.Options;
using Orleans.Serialization;
using Orleans.Serialization.TypeSystem;

namespace Platform.Grains.Wire;

/// <summary>
/// Names an exception of the framework or of a driver that is not on the list by the nearest of its base classes that is: it crosses with its message and its stack, and the other side need not know
/// the type.
/// </summary>
internal sealed class WireExceptions(IOptions<ExceptionSerializationOptions> options) : ITypeConverter
{
    private static readonly FrozenSet<Type> Listed = WireTypes.Exceptions.ToFrozenSet();
    private readonly ConcurrentDictionary<Type, string> _names = new();

    public bool TryFormat(Type type, out string formatted)
    {
        formatted = typeof(Exception).IsAssignableFrom(type) ? _names.GetOrAdd(type, NameOf) : "";
        return formatted.Length > 0;
    }

    /// <summary>Names are read as they are.</summary>
    public bool TryParse(string formatted, out Type type)
    {
        type = typeof(void);
        return false;
    }

    /// <summary>Empty for what goes by its own name: what is listed, and what has code of its own.</summary>
    private string NameOf(Type type)
    {
        if (type == typeof(AggregateException) || !options.Value.SupportedNamespacePrefixes.Any(prefix => type.Namespace?.StartsWith(prefix, StringComparison.Ordinal) == true))
        {
            return "";
        }

        var known = type;
        while (!Listed.Contains(known))
        {
            known = known.BaseType!;
        }

        return known == type ? "" : RuntimeTypeNameFormatter.Format(known);
    }
}
