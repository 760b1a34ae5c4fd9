using System.Globalization;
using System.Text;
using PaxosShard.Client;
using PaxosShard.Wire.Commands;

namespace PaxosShard.ChatClient.App.Load.Resharding;

/// <summary>
/// The keys that one client has appended to. One that is full is read, compared with what the client was told, and deleted: what a drill stores, and so what each of its jobs moves, does not grow with the time it takes. In the end
/// the others are compared, and those that were deleted have to be missing: an append that takes effect twice would begin one of them anew. Used by one caller at a time.
/// </summary>
/// <param name="name">What the client is called; its keys begin so.</param>
/// <param name="execute">Has a command carried out; fails as <see cref="KeyClient.ExecuteAsync"/> does.</param>
internal sealed class AppendedKeys(string name, Func<KeyCommand, Task<KeyResult>> execute)
{
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(20);

    private readonly AppendAudit _audit = new();
    private readonly List<AppendedKey> _kept = [];
    private readonly List<string> _deleted = [];
    private int _begun;

    /// <summary>A value with more bytes is full: the machine's time would go into copying it, and not into what a drill is about.</summary>
    public static int LongestValue => 16 * 1024;

    /// <summary>A key that was not there yet.</summary>
    public string Begin() => string.Create(CultureInfo.InvariantCulture, $"{name}-{_begun++}");

    /// <summary>Nothing more will be appended to a key.</summary>
    /// <param name="key">What the client was told of it.</param>
    /// <param name="stop">What was not begun is left for <see cref="AuditAsync"/>.</param>
    public async Task EndAsync(AppendedKey key, CancellationToken stop)
    {
        // One of which the outcome is not known may come yet: then there is nothing to be deleted.
        ReadOnlyMemory<byte> bytes = Encoding.UTF8.GetBytes(key.Key);
        if (key.IsLastUnknown || await TryAsync(KeyCommand.Get(bytes), stop) is not { } found)
        {
            _kept.Add(key);
            return;
        }

        _audit.Add(key, Encoding.UTF8.GetString(found.Value.Span));

        // When the load ended first it may be there or not, and was compared in any case.
        if (await TryAsync(KeyCommand.Delete(bytes), stop) is not null)
            _deleted.Add(key.Key);
    }

    /// <summary>Reads the keys that were not compared yet, and those that were deleted.</summary>
    /// <param name="read">Reads a key.</param>
    /// <returns>What all the keys held.</returns>
    public async Task<AppendAudit> AuditAsync(Func<KeyCommand, Task<KeyResult>> read)
    {
        foreach (AppendedKey key in _kept)
            _audit.Add(key, await ReadAsync(key.Key));
        foreach (string key in _deleted)
            _audit.AddDeleted(await ReadAsync(key));
        return _audit;

        async Task<string> ReadAsync(string key) => Encoding.UTF8.GetString((await read(KeyCommand.Get(Encoding.UTF8.GetBytes(key)))).Value.Span);
    }

    /// <summary>Reads the keys of several clients.</summary>
    /// <param name="clients">Their keys; nobody appends any more.</param>
    /// <param name="reader">Who reads.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>What all the keys held.</returns>
    public static async Task<AppendAudit> AuditAllAsync(IEnumerable<AppendedKeys> clients, ChatLogClient reader, CancellationToken cancellation)
    {
        AppendAudit audit = new();
        foreach (AppendedKeys keys in clients)
            audit.Add(await keys.AuditAsync(command => reader.Keys.ExecuteAsync(command, cancellation)));
        return audit;
    }

    // To read and to delete twice is as good as once.
    private async Task<KeyResult?> TryAsync(KeyCommand command, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                return await execute(command);
            }
            catch (Exception exception) when (exception is NotAppliedException or OutcomeUnknownException)
            {
                await Task.Delay(_pause, CancellationToken.None);
            }
        }

        return null;
    }
}
