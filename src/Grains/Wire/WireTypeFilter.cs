using System.Collections.Frozen;
using Microsoft.Extensions.Options;
using Orleans.Serialization;
using Orleans.Serialization.Configuration;

namespace Platform.Grains.Wire;

/// <summary>
/// Refuses every type that <see cref="WireTypes"/> and the manifest do not have, by its name and before anything of it is looked up or loaded (IN-6). Orleans asks it for what is on neither list;
/// one no is enough, whatever its own filters say, which go by how a name ends.
/// </summary>
internal sealed class WireTypeFilter(IOptions<TypeManifestOptions> manifest) : ITypeNameFilter
{
    private readonly FrozenSet<string> _aliases = manifest.Value.WellKnownTypeAliases.Keys.Concat(WireTypes.PrimitiveNames).ToFrozenSet(StringComparer.Ordinal);

    /// <summary>An alias stands for a type that is judged by itself.</summary>
    public bool? IsTypeNameAllowed(string typeName, string assemblyName) => assemblyName.Length == 0 && _aliases.Contains(typeName) ? null : false;
}
