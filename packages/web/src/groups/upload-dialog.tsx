import { useState } from 'preact/hooks';
import { Failure } from '../api/client.ts';
import { createGroup, uploadProfile } from '../api/questions.ts';
import { announce } from '../shell/clipboard.ts';
import { Dialog } from '../shell/dialog.tsx';
import { counted } from '../show/quantity.ts';
import { go } from '../url/navigation.ts';
import { groupRoute } from '../url/route.ts';
import { rangeToShow } from './upload-range.ts';

/** A file into a group, which is made where it is not there yet; then the group is opened where the file lies. */
export function UploadDialog({ close }: { close: () => void }) {
  const [group, setGroup] = useState('');
  const [file, setFile] = useState<File>();
  const [isBusy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState('');
  const submit = async (event: Event) => {
    event.preventDefault();
    if (!file || isBusy) return;
    setBusy(true);
    setRefusal('');
    try {
      await createGroup(group);
      const { warnings, ...range } = await uploadProfile(group, file);
      const shown = rangeToShow(range, Date.now());
      go({ ...groupRoute(group), ...(shown && { range: shown }) });
      announce(warnings[0] ?? `${file.name} is stored`);
    } catch (cause) {
      setRefusal(cause instanceof Failure ? cause.message : `The file cannot be read: ${cause}`);
      setBusy(false);
    }
  };
  return (
    <Dialog
      title="Upload a profile"
      close={close}
      actions={
        <>
          <button
            type="submit"
            form="upload"
            class="button primary"
            disabled={isBusy || !file || group === ''}
          >
            {isBusy ? 'Uploading…' : 'Upload'}
          </button>
          <button type="submit" class="button">
            Cancel
          </button>
        </>
      }
    >
      <form id="upload" class="upload" onSubmit={(event) => void submit(event)}>
        <label>
          Group{' '}
          <input
            class="search"
            required
            maxLength={255}
            pattern="[\w\-]+"
            title="Letters, digits, - and _ only"
            placeholder="my-service"
            value={group}
            autocomplete="off"
            spellcheck={false}
            onInput={(event) => setGroup(event.currentTarget.value)}
          />
        </label>
        <FileField file={file} choose={setFile} />
        {refusal !== '' && (
          <p class="failure" role="alert">
            {refusal}
          </p>
        )}
      </form>
    </Dialog>
  );
}

interface FileFieldProps {
  readonly file: File | undefined;
  readonly choose: (file: File | undefined) => void;
}

function FileField({ file, choose }: FileFieldProps) {
  const [isOver, setOver] = useState(false);
  return (
    <label
      class={`drop ${isOver ? 'over' : ''}`}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        choose(event.dataTransfer?.files[0] ?? file);
      }}
    >
      {file ? (
        <>
          <b class="name">{file.name}</b> <span class="muted">{counted(file.size, 'byte')}</span>
        </>
      ) : (
        <>
          <b>Choose a file, or drop it here</b>
          <span class="muted">pprof, CodeGuru, JFR, folded stacks, gzipped or not</span>
        </>
      )}
      <input
        type="file"
        class="hidden"
        aria-label="Profile"
        onChange={(event) => choose(event.currentTarget.files?.[0])}
      />
    </label>
  );
}
