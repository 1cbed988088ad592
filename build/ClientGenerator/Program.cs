using Platform.ClientGenerator;

// Writes src/Client/Generated of the checkout that this runs in: dotnet run --project build/ClientGenerator
var root = new DirectoryInfo(Environment.CurrentDirectory);
while (root is not null && !File.Exists(Path.Combine(root.FullName, "Platform.sln")))
{
    root = root.Parent;
}

if (root is null)
{
    Console.Error.WriteLine("Run it inside a checkout.");
    return 2;
}

var target = Path.Combine(root.FullName, "src", "Client", "Generated");
foreach (var (name, text) in await ClientSource.WriteAsync(await File.ReadAllTextAsync(Path.Combine(root.FullName, "docs", "api", "openapi.json"))))
{
    await File.WriteAllTextAsync(Path.Combine(target, name), text);
    Console.WriteLine($"src/Client/Generated/{name}");
}

return 0;
