using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Platform.Silo.Files;

/// <summary>Deletes whatever has a name, with everything below it: links and pipes as what they are, nothing followed, nothing opened but folders.</summary>
internal static class FolderTree
{
    public static void Remove(SafeFileHandle at, string name, CancellationToken cancel)
    {
        // Not by recursion: somebody else may have made the tree, as deep as they liked.
        var open = new Stack<(SafeFileHandle Folder, byte[] Name, Queue<byte[]> Left)>();
        try
        {
            Take(at, Encoding.UTF8.GetBytes(name + '\0'), open);
            while (open.TryPeek(out var deepest))
            {
                cancel.ThrowIfCancellationRequested();
                if (deepest.Left.TryDequeue(out var next))
                {
                    Take(deepest.Folder, next, open);
                    continue;
                }

                open.Pop();
                deepest.Folder.Dispose();
                var above = open.TryPeek(out var parent) ? parent.Folder : at;
                var fault = Beneath.UnlinkFolder(above, deepest.Name);
                if (fault.IsNotEmpty)
                {
                    // Something was added meanwhile.
                    Take(above, deepest.Name, open);
                }
                else if (!fault.IsNone && !fault.IsAbsent)
                {
                    throw fault.Error("delete a folder");
                }
            }
        }
        finally
        {
            foreach (var (folder, _, _) in open)
            {
                folder.Dispose();
            }
        }
    }

    private static void Take(SafeFileHandle at, byte[] name, Stack<(SafeFileHandle, byte[], Queue<byte[]>)> open)
    {
        var fault = Beneath.Unlink(at, name);
        if (fault.IsNone || fault.IsAbsent)
        {
            return;
        }

        if (!fault.IsFolder || Beneath.Folder(at, name, out fault) is not { } folder)
        {
            throw fault.Error("delete a file");
        }

        open.Push((folder, name, new Queue<byte[]>(Beneath.Names(folder))));
    }
}
