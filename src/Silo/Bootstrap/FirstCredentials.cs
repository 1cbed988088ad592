using System.Text.Json;

namespace Platform.Silo.Bootstrap;

/// <summary>What the first start made, to be shown once.</summary>
internal sealed record FirstCredentials(
    string McpUrl,
    string ManagementUrl,
    string ConsoleUrl,
    string Tenant,
    string ApiKey,
    string AdminKey,
    string BootstrapSecret)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Writes them as JSON to a new file that only its owner may read.</summary>
    public void WriteTo(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var file = new FileStream(path, options);
        JsonSerializer.Serialize(file, this, Json);
        file.Flush(flushToDisk: true);
    }
}
