using System.Text.Json;
using Platform.Api.Management;

namespace Platform.Api.Configurations;

/// <summary>REST's JSON, deeper: a member's conditional role is two levels down here, and in a comparison five.</summary>
internal static class ConfigurationJson
{
    public static JsonSerializerOptions Reading { get; } = ManagementJson.WithDepth(12);

    public static JsonSerializerOptions Writing { get; } = ManagementJson.WithDepth(20);
}
