using System.Text.Json.Serialization;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Keys;
using Platform.Abstractions.Principals;
using Platform.Abstractions.Resources;
using Platform.Grains.Keys;
using Platform.Grains.Mcp;
using Platform.Grains.Principals;
using Platform.Grains.Resources;
using Platform.Grains.Roles;
using Platform.Grains.Sessions;
using Platform.Grains.Tenants;

namespace Platform.Grains.Storage;

/// <summary>How grain state is written: source-generated, camelCase, members never renamed.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(TenantState))]
[JsonSerializable(typeof(TenantDirectoryState))]
[JsonSerializable(typeof(TenantHostState))]
[JsonSerializable(typeof(PrincipalState))]
[JsonSerializable(typeof(PrincipalView))]
[JsonSerializable(typeof(AccessRule))]
[JsonSerializable(typeof(RoleBookState))]
[JsonSerializable(typeof(KeyState))]
[JsonSerializable(typeof(KeyView))]
[JsonSerializable(typeof(MemoryResourceState))]
[JsonSerializable(typeof(MemoryEntry))]
[JsonSerializable(typeof(McpSessionState))]
[JsonSerializable(typeof(McpStreamState))]
[JsonSerializable(typeof(McpTaskState))]
[JsonSerializable(typeof(SingleUseState))]
[JsonSerializable(typeof(ConsoleSessionState))]
public sealed partial class GrainStateJson : JsonSerializerContext;
