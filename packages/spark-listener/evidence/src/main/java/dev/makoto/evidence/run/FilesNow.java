package dev.makoto.evidence.run;

import dev.makoto.evidence.RefusedException;
import dev.makoto.evidence.facts.DataFile;
import dev.makoto.evidence.facts.DataFiles;
import dev.makoto.evidence.facts.ReadFile;
import dev.makoto.evidence.statement.Location;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What files are like now, in as few requests as it takes and within the time that is left. What was seen after an execution's end
 * serves it as well: a worker that is behind does not ask for each execution that waits.
 */
final class FilesNow {
  private static final int MAX_KEPT = 40000;
  private static final int FEW_FOLDERS = 8;
  /** So many files are shown in less time than it takes to ask for one more folder: an object store shows 1,000 a request. */
  private static final int CHEAPER_THAN_A_FOLDER = 100;

  private final DataFiles files;
  private final RecentlyUsed<Seen> kept = new RecentlyUsed<Seen>(MAX_KEPT);

  FilesNow(DataFiles files) {
    this.files = files;
  }

  /** What was at a place. */
  static final class Seen {
    private final long time;
    /** Null: no file was there. */
    private final FileState file;

    private Seen(long time, FileState file) {
      this.time = time;
      this.file = file;
    }

    /** Whether a file is there of another size or time, as far as the plan says which it had. */
    boolean isOther(ReadFile planned) {
      return file != null && (planned.size >= 0 && file.size != planned.size || planned.mtime >= 0 && file.mtime != planned.mtime);
    }
  }

  /**
   * @param wanted by key
   * @param since what was seen before does not tell
   * @return what is at each place, by key
   * @throws IOException also where no time is left
   */
  Map<String, Seen> find(Map<String, ReadFile> wanted, FoundDigests found, long since, WorkTime workTime) throws IOException {
    Map<String, Seen> seen = new HashMap<String, Seen>();
    Map<String, ReadFile> unseen = new LinkedHashMap<String, ReadFile>();
    for (Map.Entry<String, ReadFile> file : wanted.entrySet()) {
      Seen before = kept.get(file.getKey());
      if (before != null && before.time >= since) seen.put(file.getKey(), before);
      else unseen.put(file.getKey(), file.getValue());
    }
    new Look(unseen, workTime, seen).into(found);
    for (String key : unseen.keySet()) kept.put(key, seen.get(key));
    return seen;
  }

  private final class Look implements DataFiles.Visitor {
    private final Map<String, ReadFile> wanted;
    private final WorkTime workTime;
    private final Map<String, Seen> seen;
    private final long time = System.currentTimeMillis();
    /** How many of those that are wanted the listing under way can still show. */
    private int left;
    /** How many more files it may show before it is cheaper to ask for each. */
    private long patience;

    Look(Map<String, ReadFile> wanted, WorkTime workTime, Map<String, Seen> seen) {
      this.wanted = wanted;
      this.workTime = workTime;
      this.seen = seen;
    }

    void into(FoundDigests found) throws IOException {
      Map<String, List<ReadFile>> folders = new LinkedHashMap<String, List<ReadFile>>();
      for (ReadFile file : wanted.values()) {
        folders.computeIfAbsent(file.uri.substring(0, file.uri.lastIndexOf('/') + 1), folder -> new ArrayList<ReadFile>()).add(file);
      }
      String above = found.folderAbove(folders.keySet());
      int beside = folders.size() > 1 ? found.filesBelow(above) : 0;
      boolean nothingElse = folders.size() > 1 && beside <= wanted.size();
      boolean atOnce = nothingElse || folders.size() > FEW_FOLDERS && beside <= folders.size() * CHEAPER_THAN_A_FOLDER;
      if (!atOnce || !show(above, true, wanted.size())) {
        Map<String, Integer> there = folders.size() < wanted.size() ? found.filesIn(folders.keySet()) : Collections.<String, Integer>emptyMap();
        for (Map.Entry<String, List<ReadFile>> folder : folders.entrySet()) {
          in(folder.getKey(), folder.getValue(), there.getOrDefault(folder.getKey(), 0));
        }
      }
      for (String key : wanted.keySet()) {
        if (!seen.containsKey(key)) seen.put(key, new Seen(time, null));
      }
    }

    private void in(String folder, Collection<ReadFile> wantedThere, int there) throws IOException {
      boolean areFewOfMany = there > (long) wantedThere.size() * CHEAPER_THAN_A_FOLDER;
      if (wantedThere.size() > 1 && !areFewOfMany && show(folder, false, wantedThere.size())) return;
      for (ReadFile file : wantedThere) {
        if (seen.containsKey(Location.keyOf(file.uri))) continue;
        checkTime();
        DataFile now = files.stat(file.uri);
        if (now != null) visit(now);
      }
    }

    /** @return false where so much else is there that not all of it was shown */
    private boolean show(String folder, boolean withFoldersBelow, int wantedThere) throws IOException {
      checkTime();
      left = wantedThere;
      patience = (long) wantedThere * CHEAPER_THAN_A_FOLDER;
      try {
        if (withFoldersBelow) files.visitBelow(folder, this);
        else files.visitIn(folder, this);
      } catch (FileNotFoundException gone) {
        // No file of it is there.
      }
      return left == 0 || patience > 0;
    }

    @Override
    public boolean visit(DataFile now) throws IOException {
      checkTime();
      String key = Location.keyOf(now.uri);
      if (!wanted.containsKey(key)) return --patience > 0;
      seen.put(key, new Seen(time, now.directory ? null : new FileState(now.size, now.mtime, null)));
      return --left > 0;
    }

    private void checkTime() throws IOException {
      if (workTime.isUp()) throw new IOException("no time is left to look at files again");
    }
  }
}
